import type { INestApplication } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { EVENT_TYPE, FACT_TYPE, STREAM, subjects } from '@catalogue-sync/contracts';
import { JetStreamServer, connectMessaging, durableSource } from '@catalogue-sync/messaging';
import type { FetcherConfig } from './fetcher.config.js';
import { NATS_CONNECTION } from './fetcher.module.js';

const FACTS = [FACT_TYPE.snapshotPublished, FACT_TYPE.snapshotConfirmed, FACT_TYPE.providerPurged];

/** The ways in: requests over core NATS, and what the reconciler and the snapshot service say over JetStream. */
export function connectTransports(app: INestApplication, config: FetcherConfig): void {
  const jetStream = new JetStreamServer({
    connection: app.get<NatsConnection>(NATS_CONNECTION),
    service: 'fetcher',
    sources: [
      durableSource({
        stream: STREAM.events,
        durable: 'fetcher-job-reconciled',
        filterSubjects: [subjects.eventOfAll(EVENT_TYPE.jobReconciled)],
        types: [EVENT_TYPE.jobReconciled],
      }),
      durableSource({
        stream: STREAM.facts,
        durable: 'fetcher-facts',
        filterSubjects: FACTS.map((type) => subjects.factOfAll(type)),
        types: FACTS,
      }),
    ],
  });
  connectMessaging(app, {
    jetStream,
    requests: { url: config.NATS_URL, queue: 'fetcher', replica: config.REPLICA_NAME },
  });
}
