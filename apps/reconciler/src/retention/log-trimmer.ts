import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { metrics } from '@catalogue-sync/observability';
import { sql, type LeaseStore } from '@catalogue-sync/persistence';
import type { EventLogStore } from '../event-log/event-log.store.js';
import { providerLease } from '../pages/provider-lease.js';
import { lastRecordedBefore } from './trim-horizon.js';
import type { TrimLog } from './trim-log.js';

const eventsTrimmed = metrics.counter(
  'reconciler_events_trimmed_total',
  'Superseded events that were removed',
);

/** Steps under one holding of the lease: between two of them pages can be taken in. */
const STEPS_PER_LEASE = 10;
const LEASE_MS = 15_000;
const DAY_MS = 86_400_000;

export interface Retention {
  /** Events are kept so long, whatever supersedes them. */
  keepDays: number;
  /** Between two rounds, ms. */
  everyMs: number;
}

/**
 * Keeps logs from growing for ever: superseded events go when they are old and no kept snapshot is followed by them. It goes through all
 * providers every now and then; one that is being synced has its turn in a later round.
 */
export class LogTrimmer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LogTrimmer.name);
  private timer?: NodeJS.Timeout;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly log: EventLogStore,
    private readonly requests: RequestClient,
    private readonly trimLog: TrimLog,
    private readonly retention: Retention,
  ) {}

  onApplicationBootstrap(): void {
    this.next();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private next(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.trimAll().finally(() => this.next());
    }, this.retention.everyMs);
  }

  private async trimAll(): Promise<void> {
    try {
      const heads = await sql<{ provider_id: ProviderId }>(
        this.orm.em.fork(),
        `select provider_id from stream_head where state = 'active' and seq > trimmed_to order by provider_id`,
      );
      for (const { provider_id } of heads) {
        if (this.stopped) return;
        await this.trim(provider_id);
      }
    } catch (error) {
      this.logger.warn(
        `Event logs could not be trimmed, trying again later: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private async trim(providerId: ProviderId): Promise<void> {
    const upTo = await this.horizon(providerId);
    let isLeft = upTo > 0;
    while (isLeft && !this.stopped) {
      const lease = await this.leases.acquire(providerLease(providerId), LEASE_MS);
      if (lease === undefined) return;
      try {
        for (let step = 0; step < STEPS_PER_LEASE && isLeft && !this.stopped; step++) {
          const events = await this.trimLog.step(providerId, lease, upTo);
          isLeft = events !== undefined && (await this.leases.renew(lease, LEASE_MS));
          eventsTrimmed.inc(events ?? 0);
        }
      } finally {
        await this.leases.release(lease);
      }
    }
  }

  /** Up to where events may go: a client that loads the oldest kept snapshot reads everything behind it. */
  private async horizon(providerId: ProviderId): Promise<number> {
    const { oldestKeptSeq = 0 } = await this.requests.send(REQUEST.getSnapshotPosition, { providerId });
    if (oldestKeptSeq === 0) return 0;
    const before = Date.now() - this.retention.keepDays * DAY_MS;
    return lastRecordedBefore(this.log, providerId, oldestKeptSeq, before);
  }
}
