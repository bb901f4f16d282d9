import type { INestApplication } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { KNOWN_ITEMS, PAGE_HEADER, PAGE_MESSAGE_TYPE, STREAM, subjects } from '@catalogue-sync/contracts';
import {
  JetStreamServer,
  connectMessaging,
  partitionedSource,
  type InboundMessage,
} from '@catalogue-sync/messaging';
import { LeaseStore } from '@catalogue-sync/persistence';
import { NATS_CONNECTION } from './connections.js';
import { ParkPage } from './dead-letter/park-page.js';
import { PAGE_BATCH } from './pages/page-batch.controller.js';
import { providerLease } from './pages/provider-lease.js';
import { IDS_PER_ROW, ROWS_PER_BATCH, workQueueConsumer } from './pages/work-queue.js';
import type { ReconcilerConfig } from './reconciler.config.js';

/** After the death of an owner its unacknowledged pages come again this much later; a living one prolongs it while it works. */
const ACK_WAIT_MS = 10_000;

/** Pages of a sweep that come slowly are gathered: a transaction costs as much for 100 rows as for 500. */
const GATHER_MS = 200;

/** The two ways in: requests over core NATS, pages over the work queue, one provider at a time under its lease. */
export function connectTransports(app: INestApplication, config: ReconcilerConfig): void {
  const leases = app.get(LeaseStore);
  const parkPage = app.get(ParkPage);
  const pages = partitionedSource({
    name: 'pages',
    stream: STREAM.pages,
    filterSubject: subjects.pagesOf,
    wokenBy: subjects.pagesComingHint('*'),
    ownership: {
      ttlMs: config.LEASE_TTL_MS,
      acquire: (providerId) => leases.acquire(providerLease(providerId), config.LEASE_TTL_MS),
      renew: (lease) => leases.renew(lease, config.LEASE_TTL_MS),
      release: (lease) => leases.release(lease),
    },
    consumer: { kind: 'work-queue', durable: workQueueConsumer, ackWaitMs: ACK_WAIT_MS },
    batchPattern: PAGE_BATCH,
    batch: { maxUnits: ROWS_PER_BATCH, units: rowsOf, maxMessages: 64, maxWaitMs: GATHER_MS, isUrgent },
    onParked: (message, reason) => parkPage.park(message, reason),
  });
  connectMessaging(app, {
    jetStream: new JetStreamServer({
      connection: app.get<NatsConnection>(NATS_CONNECTION),
      service: 'reconciler',
      sources: [pages],
    }),
    requests: { url: config.NATS_URL, queue: 'reconciler', replica: config.REPLICA_NAME },
  });
}

/**
 * Ends of scopes and jobs; the pages of a newest-first run: whether it goes on depends on what they came to; ids in place of rows: they are
 * all there at once, and the last of them may wait for room behind the first.
 */
function isUrgent(message: InboundMessage): boolean {
  if (message.type !== PAGE_MESSAGE_TYPE.pageFetched) return true;
  return message.header(PAGE_HEADER.mode) === 'head' || message.header(PAGE_HEADER.rowType) === KNOWN_ITEMS;
}

/** What a page weighs, in rows; the messages that end a scope or job weigh as one. */
function rowsOf(message: InboundMessage): number {
  if (message.type !== PAGE_MESSAGE_TYPE.pageFetched) return 1;
  const rows = Math.max(1, Number(message.header(PAGE_HEADER.rowCount)) || 1);
  return message.header(PAGE_HEADER.rowType) === KNOWN_ITEMS ? Math.ceil(rows / IDS_PER_ROW) : rows;
}
