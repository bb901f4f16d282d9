import type { MikroORM } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import {
  CatalogueSyncError,
  ERROR_CODE,
  REQUEST,
  type JobId,
  type ProviderId,
  type Scope,
  type SyncMode,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { lockProvider } from '../provider/provider.store.js';
import type { JobPool } from './job-pool.js';
import { scopeRunsOf } from './scope-run.store.js';
import { findActiveJob, findJob, insertJob, jobNotFound, requestCancel } from './sync-job.store.js';

const CANCEL_TIMEOUT_MS = 2_000;

export interface SyncOrder {
  providerId: ProviderId;
  mode: SyncMode | 'auto';
  trigger: string;
  /** Only these; absent for all. */
  scopes?: Scope[];
}

/** Starts and cancels syncs. */
export class SyncCommands {
  constructor(
    private readonly orm: MikroORM,
    private readonly pool: JobPool,
    private readonly requests: Pick<RequestClient, 'send'>,
  ) {}

  /** Queues a job, or answers with the one that is active: a provider never has two. */
  async start(order: SyncOrder): Promise<{ jobId: JobId; started: boolean }> {
    const id = uuidv7() as JobId;
    const answer = await this.orm.em.fork().transactional(async (em) => {
      await lockProvider(em, order.providerId);
      const started = await insertJob(em, { ...order, id, requestedMode: order.mode });
      const job = started ? { id } : await findActiveJob(em, order.providerId);
      return job && { jobId: job.id, started };
    });
    // The active job ended between the refused insert and the look-up: now there is room.
    if (!answer) return this.start(order);
    if (answer.started) this.pool.kick();
    return answer;
  }

  /**
   * Starts a job for the scopes of an ended one that did not come through; for all of them when it failed before it knew any. Throws
   * `job-not-found`, `job-active` and `nothing-to-retry`.
   */
  async retry(
    providerId: ProviderId,
    jobId: JobId,
    trigger: string,
  ): Promise<{ jobId: JobId; started: boolean }> {
    const em = this.orm.em.fork();
    const job = await findJob(em, jobId);
    if (job?.providerId !== providerId) throw jobNotFound(jobId);
    if (job.finishedAt == null) {
      throw new CatalogueSyncError(
        ERROR_CODE.jobActive,
        'This sync has not ended yet. Wait for its end, or cancel it.',
      );
    }
    const runs = await scopeRunsOf(em, jobId);
    const failed = runs.filter(({ outcome }) => outcome !== 'complete' && outcome !== 'not-modified');
    if (runs.length > 0 && failed.length === 0) {
      throw new CatalogueSyncError(
        ERROR_CODE.nothingToRetry,
        'Every scope of this sync came through: there is nothing to repeat. Start a new sync instead.',
      );
    }
    const scopes =
      failed.length === runs.length ? (job.onlyScopes ?? undefined) : failed.map((run) => run.scope);
    return this.start({
      providerId,
      mode: job.requestedMode,
      trigger,
      ...(scopes === undefined ? {} : { scopes }),
    });
  }

  /** Throws `no-active-job` when nothing runs. */
  async cancel(providerId: ProviderId): Promise<JobId> {
    const jobId = await this.orm.em.fork().transactional(async (em) => {
      await lockProvider(em, providerId);
      return requestCancel(em, providerId);
    });
    if (jobId === undefined) {
      throw new CatalogueSyncError(
        ERROR_CODE.noActiveJob,
        'No sync of this provider is running, so there is nothing to cancel.',
      );
    }
    this.pool.cancel(jobId);
    // What stands in the queue is passed over too. Where that request is lost, it is taken in, and the job ends a little later.
    await this.requests
      .send(REQUEST.cancelJob, { providerId, jobId }, { timeoutMs: CANCEL_TIMEOUT_MS })
      .catch(() => undefined);
    return jobId;
  }
}
