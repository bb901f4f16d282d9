import type { INestApplication } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import {
  JetStreamServer,
  connectMessaging,
  partitionedSource,
  type InboundMessage,
  type PartitionContext,
} from '@catalogue-sync/messaging';
import { LeaseStore } from '@catalogue-sync/persistence';
import { EVENT_BATCH } from './fold/catalogue-events.controller.js';
import { EventFolder } from './fold/event-folder.js';
import { StreamPosition } from './fold/stream-position.js';
import type { SnapshotConfig } from './snapshot.config.js';
import { NATS_CONNECTION } from './tokens.js';

/** Events folded in one transaction at most; two batches may be under way. */
const EVENTS_PER_BATCH = 1000;
/** Providers folded at once by one replica: each holds some megabytes of events, and a few connections while it seals. */
const PROVIDERS_AT_ONCE = 8;
/** A provider without events for this long makes room for another, ms. */
const IDLE_RELEASE_MS = 1000;

/** The two ways in: requests over core NATS, and the catalogue's events in order, one provider at a time under its lease. */
export function connectTransports(app: INestApplication, config: SnapshotConfig): void {
  connectMessaging(app, {
    requests: { url: config.NATS_URL, queue: 'snapshot', replica: config.REPLICA_NAME },
    jetStream: new JetStreamServer({
      connection: app.get<NatsConnection>(NATS_CONNECTION),
      service: 'snapshot',
      sources: [eventSource(app, config)],
    }),
  });
}

function eventSource(app: INestApplication, config: SnapshotConfig) {
  const leases = app.get(LeaseStore);
  const position = app.get(StreamPosition);
  const folder = app.get(EventFolder);
  const leaseName = (provider: ProviderId): string => `fold:${provider}`;
  return partitionedSource({
    name: 'catalogue events',
    stream: STREAM.events,
    filterSubject: subjects.eventsOf,
    ownership: {
      ttlMs: config.LEASE_TTL_MS,
      acquire: (provider) => leases.acquire(leaseName(provider), config.LEASE_TTL_MS),
      renew: (lease) => leases.renew(lease, config.LEASE_TTL_MS),
      release: (lease) => leases.release(lease),
    },
    consumer: { kind: 'ordered', start: (provider) => position.start(provider) },
    wokenBy: subjects.eventsComingHint('*'),
    maxPartitions: PROVIDERS_AT_ONCE,
    idleReleaseMs: IDLE_RELEASE_MS,
    batchPattern: EVENT_BATCH,
    batch: { maxUnits: EVENTS_PER_BATCH, units: () => 1, maxMessages: EVENTS_PER_BATCH, maxWaitMs: 20 },
    onParked: (
      { seq = 0, streamSeq, type }: InboundMessage,
      reason: string,
      { providerId, lease }: PartitionContext,
    ) => folder.park(providerId, lease, { seq, streamSeq, type }, reason),
  });
}
