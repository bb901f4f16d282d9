import type { MikroORM } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type JobId,
  type ProviderId,
  type SyncMode,
} from '@catalogue-sync/contracts';
import { lockProvider } from '../provider/provider.store.js';
import type { JobPool } from './job-pool.js';
import { findActiveJob, insertJob, requestCancel } from './sync-job.store.js';

export interface SyncOrder {
  providerId: ProviderId;
  mode: SyncMode | 'auto';
  trigger: string;
}

/** Starts and cancels syncs. */
export class SyncCommands {
  constructor(
    private readonly orm: MikroORM,
    private readonly pool: JobPool,
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
    return jobId;
  }
}
