import type { MikroORM } from '@mikro-orm/postgresql';
import {
  REQUEST,
  STREAM,
  subjects,
  type JobId,
  type ProviderId,
  type StreamName,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import type { LeaseStore } from '@catalogue-sync/persistence';
import { jobLeaseName } from '../job/job-lease.js';
import type { JobPool } from '../job/job-pool.js';
import { findActiveJob } from '../job/sync-job.store.js';
import { Ticker } from '../loop/ticker.js';
import { providerNotFound } from '../provider/provider.store.js';
import {
  buryProvider,
  claimDeletions,
  closeDeletedJob,
  deletionMarks,
  markCatalogueDeleted,
  markDeleting,
  markSnapshotPurged,
} from './deletion.store.js';

const LOOK_EVERY_MS = 1_000;
const RETRY_EVERY_SECONDS = 2;
const DELETE_TIMEOUT_MS = 30_000;

export interface DeletionOptions {
  leaseTtlMs: number;
  /** Drops a subject's messages from a stream. */
  purge: (stream: StreamName, subject: string) => Promise<void>;
  log: (line: string) => void;
}

/**
 * Deletes providers. Each step is written down or may be done twice, so that a deletion that was cut off is gone on with by any replica:
 * stop the job, empty the queue, have the catalogue deleted, wait until the snapshots are gone, leave a tombstone.
 */
export class ProviderDeletion {
  private readonly ticker: Ticker;
  private readonly asked = new Set<ProviderId>();

  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly pool: JobPool,
    private readonly requests: Pick<RequestClient, 'send'>,
    private readonly options: DeletionOptions,
  ) {
    this.ticker = new Ticker(
      () => this.look(),
      LOOK_EVERY_MS,
      (error) => this.note('deletions', error),
    );
  }

  start(): void {
    this.ticker.start();
  }

  async stop(): Promise<void> {
    await this.ticker.stop();
  }

  /** Begins the deletion and answers at once. Throws `provider-not-found`. */
  async begin(id: ProviderId): Promise<void> {
    const em = this.orm.em.fork();
    if (!(await markDeleting(em, id))) throw providerNotFound(id);
    this.asked.add(id);
    this.ticker.kick();
  }

  /** The snapshot service has nothing of the provider any more. */
  async snapshotPurged(id: ProviderId): Promise<void> {
    await markSnapshotPurged(this.orm.em.fork(), id);
    this.asked.add(id);
    this.ticker.kick();
  }

  private async look(): Promise<void> {
    const asked = [...this.asked];
    this.asked.clear();
    const claimed = await claimDeletions(this.orm.em.fork(), RETRY_EVERY_SECONDS);
    await Promise.all(
      [...new Set([...asked, ...claimed])].map((id) =>
        this.advance(id).catch((error: unknown) => this.note(`deletion of ${id}`, error)),
      ),
    );
  }

  private async advance(id: ProviderId): Promise<void> {
    const marks = await deletionMarks(this.orm.em.fork(), id);
    if (!marks || !(await this.endJob(id))) return;
    if (!marks.catalogueDeleted) await this.deleteCatalogue(id);
    await this.buryWhenDone(id);
  }

  /** Whether no runner can write for the provider any more. The lease proves it, whichever replica ran the job. */
  private async endJob(id: ProviderId): Promise<boolean> {
    const job = await findActiveJob(this.orm.em.fork(), id);
    if (!job) return true;
    await this.pool.stopJob(job.id, 'deleting');
    return this.closeUnderLease(job.id);
  }

  private async closeUnderLease(jobId: JobId): Promise<boolean> {
    const lease = await this.leases.acquire(jobLeaseName(jobId), this.options.leaseTtlMs);
    if (!lease) return false;
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      await closeDeletedJob(em, jobId);
    });
    await this.leases.release(lease);
    return true;
  }

  private async deleteCatalogue(id: ProviderId): Promise<void> {
    await this.options.purge(STREAM.pages, subjects.pagesOf(id));
    const request = { providerId: id };
    const { done } = await this.requests.send(REQUEST.deleteCatalogue, request, {
      timeoutMs: DELETE_TIMEOUT_MS,
    });
    if (done) await markCatalogueDeleted(this.orm.em.fork(), id);
  }

  private async buryWhenDone(id: ProviderId): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      const marks = await deletionMarks(em, id);
      if (marks?.catalogueDeleted && marks.snapshotPurged) await buryProvider(em, id);
    });
  }

  private note(what: string, error: unknown): void {
    this.options.log(`${what}: ${error instanceof Error ? error.message : 'failed'}; trying again`);
  }
}
