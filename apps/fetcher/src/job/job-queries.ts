import type { MikroORM } from '@mikro-orm/postgresql';
import {
  REQUEST,
  type JobId,
  type ProviderId,
  type SweepReport,
  type SyncJobView,
  type SyncStatus,
} from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import { requireProvider } from '../provider/provider.store.js';
import type { Provider } from '../provider/provider.entity.js';
import { jobView } from './job-view.js';
import type { ProgressBoard } from './progress-board.js';
import { scopeRunsOf, scopeRunsOfJobs } from './scope-run.store.js';
import type { SyncJob } from './sync-job.entity.js';
import { findActiveJob, findJob, findLastJob, jobNotFound, listJobs } from './sync-job.store.js';

/** Progress is shown without the reconciler's part rather than late. */
const SWEEP_TIMEOUT_MS = 1_000;

/** Answers what became of syncs and how far the running one is. */
export class JobQueries {
  constructor(
    private readonly orm: MikroORM,
    private readonly board: ProgressBoard,
    private readonly requests: RequestClient,
  ) {}

  async status(providerId: ProviderId): Promise<SyncStatus> {
    const em = this.orm.em.fork();
    const provider = await requireProvider(em, providerId);
    const active = await findActiveJob(em, providerId);
    const last = await findLastJob(em, providerId);
    return {
      providerId,
      totals: provider.totals ?? { channel: 0, movie: 0, series: 0 },
      watermarks: provider.watermarks ?? {},
      ...coolDownOf(provider),
      ...(provider.lastSyncChannels == null
        ? {}
        : { lastSyncChannels: provider.lastSyncChannels.toISOString() }),
      ...(provider.lastSyncMovies == null ? {} : { lastSyncMovies: provider.lastSyncMovies.toISOString() }),
      ...(provider.lastSyncSeries == null ? {} : { lastSyncSeries: provider.lastSyncSeries.toISOString() }),
      ...(active === null ? {} : { activeJob: await this.live(active) }),
      ...(last === null ? {} : { lastJob: await this.live(last) }),
    };
  }

  /** Throws `job-not-found`, also for a job of another provider. */
  async job(providerId: ProviderId, jobId: JobId): Promise<SyncJobView> {
    const em = this.orm.em.fork();
    await requireProvider(em, providerId);
    const job = await findJob(em, jobId);
    if (job?.providerId !== providerId) throw jobNotFound(jobId);
    return this.live(job);
  }

  /** A provider's jobs, newest first; `cursor` is the last id of the page before. */
  async list(
    providerId: ProviderId,
    cursor: JobId | undefined,
    limit: number,
  ): Promise<{ jobs: SyncJobView[]; nextCursor?: string }> {
    const em = this.orm.em.fork();
    await requireProvider(em, providerId);
    const found = await listJobs(em, providerId, cursor, limit + 1);
    const page = found.slice(0, limit);
    const runs = await scopeRunsOfJobs(
      em,
      page.map((job) => job.id),
    );
    const last = page.at(-1);
    return {
      jobs: page.map((job) => jobView(job, runs.get(job.id) ?? [], { marks: this.board.of(job.id) })),
      ...(found.length > limit && last ? { nextCursor: last.id } : {}),
    };
  }

  private async live(job: SyncJob): Promise<SyncJobView> {
    const runs = await scopeRunsOf(this.orm.em.fork(), job.id);
    const sweep = job.outcome == null && runs.length > 0 ? await this.askReconciler(job) : undefined;
    return jobView(job, runs, { marks: this.board.of(job.id), ...(sweep ? { sweep } : {}) });
  }

  private async askReconciler(job: SyncJob): Promise<SweepReport | undefined> {
    const request = { providerId: job.providerId, jobId: job.id };
    return this.requests
      .send(REQUEST.getSweep, request, { timeoutMs: SWEEP_TIMEOUT_MS })
      .catch(() => undefined);
  }
}

/** Whether the provider is left alone for a while, and why. */
function coolDownOf({ access }: Provider): Pick<SyncStatus, 'coolDown'> {
  if (access?.coolDownUntil === undefined || access.coolDownUntil <= Date.now()) return {};
  return {
    coolDown: {
      until: new Date(access.coolDownUntil).toISOString(),
      reason: access.coolDownReason ?? 'it refused us several times in a row',
    },
  };
}
