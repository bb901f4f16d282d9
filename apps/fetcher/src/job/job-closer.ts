import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { emptyCounts } from '@catalogue-sync/catalogue';
import type { ItemKind, JobId, JobReconciled, ProviderId } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import { sql } from '@catalogue-sync/persistence';
import { syncedKinds } from './scope-kinds.js';
import { rememberRun, voidDigests } from './scope-memory.store.js';
import { recordReconciledScopes, scopeRunsOf } from './scope-run.store.js';
import type { SyncFacts } from './sync-facts.js';
import type { SyncJob } from './sync-job.entity.js';
import { lockActiveJob, moveJob } from './sync-job.store.js';

/** What the snapshot service made of a job. */
export interface SealedVersion {
  version?: number;
  /** False when nothing changed and the current version was only confirmed. */
  changed: boolean;
}

const LAST_SYNC_COLUMN: Record<ItemKind, string> = {
  channel: 'last_sync_channels',
  movie: 'last_sync_movies',
  series: 'last_sync_series',
};

/**
 * Brings jobs to their end by what the reconciler and the snapshot service say. Their words may come twice, late, or in either order: each is
 * written down, and the second of the two closes the job, once.
 */
export class JobCloser {
  constructor(
    private readonly orm: MikroORM,
    private readonly facts: SyncFacts,
  ) {}

  /** The job's `JobReconciled` is in the log. Without effect on a job that has ended. */
  async reconciled(providerId: ProviderId, event: JobReconciled): Promise<void> {
    if (event.cause === 'approval') return this.approved(providerId, event);
    await this.advance(event.jobId, async (em, job) => {
      if (job.outcome != null) return;
      // The event proves that fetching was handed over, even if its runner could not write so any more.
      if (job.state === 'fetching') moveJob(job, { type: 'fetched' });
      moveJob(job, { type: 'reconciled' });
      job.outcome = event.outcome;
      job.counts = event.counts;
      job.totals = event.totals;
      job.watermarks = event.watermarks;
      job.reason = reasonOf(event) ?? job.reason ?? null;
      job.checkedAt = new Date();
      const runs = await scopeRunsOf(em, job.id);
      for (const scope of event.scopes) {
        const run = runs.find((entry) => entry.scope === scope.scope);
        if (run) await rememberRun(em, job.providerId, run, scope);
      }
      await recordReconciledScopes(em, event);
    });
  }

  /** A version was sealed or confirmed for the job. Without effect on a job that has ended, or is not ours. */
  async sealed(jobId: JobId, sealed: SealedVersion): Promise<void> {
    await this.advance(jobId, async (_em, job) => {
      job.snapshotVersion = sealed.version ?? null;
      job.snapshotChanged = sealed.changed;
    });
  }

  /** The work queue has lost what was fetched: there is nothing left that could bring the job to a better end. */
  async lost(jobId: JobId): Promise<void> {
    await this.advance(jobId, async (em, job) => {
      if (job.state !== 'reconciling') return;
      job.outcome = 'failed';
      job.reason = 'the message stream lost pages of this job; start the sync again';
      await voidDigests(em, job.providerId);
    });
  }

  /** A held removal was approved: no job of ours ends, but there is less now. */
  private async approved(providerId: ProviderId, event: JobReconciled): Promise<void> {
    await sql(
      this.orm.em.fork(),
      `update provider set totals = $2::jsonb where id = $1 and state = 'active'`,
      [providerId, JSON.stringify(event.totals)],
    );
  }

  private async advance(
    jobId: JobId,
    write: (em: SqlEntityManager, job: SyncJob) => Promise<void>,
  ): Promise<void> {
    const closed = await this.orm.em.fork().transactional(async (em) => {
      const job = await lockActiveJob(em, jobId);
      if (!job) return false;
      await write(em, job);
      const done = job.outcome != null && (job.snapshotChanged != null || job.state === 'reconciling');
      if (done) await this.close(em, job);
      await em.flush();
      return done;
    });
    if (!closed) return;
    await faultPoint('fetcher.job.after-close');
    this.facts.kick();
  }

  /** All that the end of a job changes, in the transaction that ends it. */
  private async close(em: SqlEntityManager, job: SyncJob): Promise<void> {
    await faultPoint('fetcher.job.before-close');
    const outcome = job.outcome ?? 'failed';
    moveJob(job, job.state === 'reconciling' ? { type: 'failed' } : { type: 'published', outcome });
    job.finishedAt = new Date();
    await updateProvider(em, job, syncedKinds(await scopeRunsOf(em, job.id)));
    await this.facts.finished(em, {
      providerId: job.providerId,
      jobId: job.id,
      outcome,
      counts: job.counts ?? emptyCounts(),
      seconds: secondsOf(job),
      ...(job.reason == null ? {} : { reason: job.reason }),
      ...(job.snapshotVersion == null ? {} : { snapshotVersion: job.snapshotVersion }),
    });
  }
}

/** Times of the kinds that are in sync now, the totals, and the end of a reset that this job has carried out. */
async function updateProvider(em: SqlEntityManager, job: SyncJob, kinds: readonly ItemKind[]): Promise<void> {
  const times = kinds.map((kind) => `${LAST_SYNC_COLUMN[kind]} = $2,`).join(' ');
  await sql(
    em,
    `update provider set ${times} totals = coalesce($3::jsonb, totals), watermarks = coalesce($6::jsonb, watermarks),
       reset_requested_at = case when $4::boolean and reset_requested_at <= $5 then null else reset_requested_at end
     where id = $1 and state <> 'deleted' and $2::timestamptz is not null`,
    [
      job.providerId,
      job.finishedAt,
      job.totals == null ? null : JSON.stringify(job.totals),
      job.outcome === 'completed',
      job.startedAt,
      job.watermarks == null ? null : JSON.stringify(job.watermarks),
    ],
  );
}

function secondsOf(job: SyncJob): number {
  const from = job.startedAt ?? job.createdAt;
  return Math.max(0, ((job.finishedAt ?? from).getTime() - from.getTime()) / 1000);
}

/** Why a job did not simply complete: what its scopes say. */
function reasonOf(event: JobReconciled): string | undefined {
  const reasons = event.scopes.flatMap(({ scope, reason }) =>
    reason === undefined ? [] : [`${scope}: ${reason}`],
  );
  return reasons.length === 0 ? undefined : reasons.join('; ');
}
