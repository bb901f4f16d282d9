import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { MikroORM } from '@mikro-orm/postgresql';
import { CatalogueSyncError, ERROR_CODE, type ProviderId, type Rebuild } from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import type { EventLog } from '../fold/event-log.client.js';
import type { CheckpointStore } from '../store/checkpoint.store.js';
import type { RebuildProvider } from './rebuild-provider.js';
import { RebuildStore } from './rebuild.store.js';

/** A fold that is through gives its lease up after a second; who waits longer waits for a fold that is under way. */
const LEASE_ATTEMPTS = 20;
const LEASE_RETRY_MS = 250;

/** Starts rebuilds, refuses those that would be wrong, and keeps their leases. */
export class Rebuilds implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Rebuilds.name);
  private readonly store = new RebuildStore();
  /** Those of this replica. */
  private readonly running = new Map<ProviderId, { stop: AbortController; ended: Promise<void> }>();

  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly checkpoints: CheckpointStore,
    private readonly log: Pick<EventLog, 'head'>,
    private readonly rebuildProvider: RebuildProvider,
    private readonly leaseTtlMs: number,
  ) {}

  /** The last one; undefined when there was none. */
  read(provider: ProviderId): Promise<Rebuild | undefined> {
    return this.store.read(this.orm.em.fork(), provider);
  }

  /**
   * Starts one, or gives the one that runs. Throws `snapshot-not-found` before the first version, and `provider-busy` while events are still to be
   * folded or a sync has changed what no version says yet.
   */
  async start(provider: ProviderId): Promise<Rebuild> {
    const known = await this.read(provider);
    if (known?.state === 'running') return known;
    await this.assertAtRest(provider);
    const lease = await this.takeLease(provider);
    try {
      const head = await this.assertAtRest(provider);
      await this.store.begin(this.orm.em.fork(), provider, head, lease.token);
      const stop = new AbortController();
      this.running.set(provider, { stop, ended: this.run(provider, lease, head, stop) });
    } catch (error) {
      await this.leases.release(lease);
      throw error;
    }
    return (await this.read(provider))!;
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const { stop } of this.running.values())
      stop.abort(new Error('The replica was stopped: start it again.'));
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private async run(provider: ProviderId, lease: Lease, head: number, stop: AbortController): Promise<void> {
    const renewal = setInterval(() => void this.renew(lease, stop), this.leaseTtlMs / 3);
    try {
      await this.rebuildProvider.run(provider, lease, head, stop.signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.warn(`The rebuild of ${provider} failed: ${reason}`);
      await this.store.failed(this.orm.em.fork(), provider, reason).catch(() => undefined);
    } finally {
      clearInterval(renewal);
      this.running.delete(provider);
      await this.leases.release(lease).catch(() => undefined);
    }
  }

  private async renew(lease: Lease, stop: AbortController): Promise<void> {
    const held = await this.leases.renew(lease, this.leaseTtlMs).catch(() => true);
    if (!held) stop.abort(new Error('Another replica took the provider over: start it again.'));
  }

  private async takeLease(provider: ProviderId): Promise<Lease> {
    for (let attempt = 0; attempt < LEASE_ATTEMPTS; attempt++) {
      const lease = await this.leases.acquire(`fold:${provider}`, this.leaseTtlMs);
      if (lease !== undefined) return lease;
      await sleep(LEASE_RETRY_MS);
    }
    throw busy('Its events are being folded: try again in a moment.');
  }

  /** Gives the position that the fold and the log are at. */
  private async assertAtRest(provider: ProviderId): Promise<number> {
    const em = this.orm.em.fork();
    const checkpoint = await this.checkpoints.read(em, provider);
    if (checkpoint?.state === 'deleted')
      throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${provider} was deleted.`);
    if (checkpoint === undefined || checkpoint.version === 0)
      throw new CatalogueSyncError(
        ERROR_CODE.snapshotNotFound,
        'There is no snapshot yet: start a sync, and ask again when it has ended.',
      );
    const head = await this.log.head(provider);
    if (head > checkpoint.seq)
      throw busy(`${head - checkpoint.seq} events are still to be folded: try again when they are.`);
    const dirty = await sql(em, `select 1 from dirty_segment where provider_id = $1 limit 1`, [provider]);
    if (dirty.length > 0) throw busy('A sync is under way: try again when it has ended.');
    return checkpoint.seq;
  }
}

function busy(message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.providerBusy, message);
}
