import type { INestApplication } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { FACT_TYPE, STREAM, subjects } from '@catalogue-sync/contracts';
import { JetStreamServer, connectMessaging, durableSource } from '@catalogue-sync/messaging';
import { NATS_CONNECTION } from './connections.js';
import type { NotifierConfig } from './notifier.config.js';

const FACTS = [
  FACT_TYPE.syncStarted,
  FACT_TYPE.syncFinished,
  FACT_TYPE.removalHeld,
  FACT_TYPE.providerPurged,
];

/** The ways in: requests over core NATS, and the facts in the order in which they were said. */
export function connectTransports(app: INestApplication, config: NotifierConfig): void {
  const jetStream = new JetStreamServer({
    connection: app.get<NatsConnection>(NATS_CONNECTION),
    service: 'notifier',
    sources: [
      durableSource({
        stream: STREAM.facts,
        durable: 'notifier-facts',
        filterSubjects: FACTS.map((type) => subjects.factOfAll(type)),
        types: FACTS,
        inOrder: true,
      }),
    ],
  });
  connectMessaging(app, {
    jetStream,
    requests: { url: config.NATS_URL, queue: 'notifier', replica: config.REPLICA_NAME },
  });
}
