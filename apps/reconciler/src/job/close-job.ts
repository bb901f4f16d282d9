import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { decideJobOutcome } from '@catalogue-sync/catalogue';
import {
  ITEM_KINDS,
  type JobFetched,
  type JobId,
  type JobOutcome,
  type ProviderId,
} from '@catalogue-sync/contracts';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import type { CommittedEvents } from '../event-log/committed-events.js';
import { jobReconciled } from '../event-log/event-draft.js';
import { appendEvents } from '../event-log/event-log.store.js';
import { jobCounts } from './job-counts.js';
import { lockHead, saveHead } from '../stream-head/stream-head.store.js';
import { sweepsOfJob } from '../sweep/sweep.store.js';
import type { Sweep } from '../sweep/sweep.js';

/** Ends a job in the log: when the fetcher is through and each of its scopes is closed, `JobReconciled` is appended, once. */
export class CloseJob {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
  ) {}

  /** Takes in `JobFetched`; a repeated one changes nothing. */
  async noteFetched(providerId: ProviderId, lease: Lease, fetched: JobFetched): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, providerId);
      if (head.deleted) return;
      await sql(
        em,
        `insert into reconciled_job (provider_id, job_id, fetched) values ($1, $2, $3) on conflict do nothing`,
        [providerId, fetched.jobId, JSON.stringify(fetched)],
      );
    });
  }

  async closeIfThrough(
    providerId: ProviderId,
    lease: Lease,
    jobId: JobId,
    committed: CommittedEvents,
  ): Promise<void> {
    const events = await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, providerId);
      const [job] = await sql<{ fetched: JobFetched }>(
        em,
        `select fetched from reconciled_job where provider_id = $1 and job_id = $2 and reconciled_seq is null`,
        [providerId, jobId],
      );
      if (!job || head.deleted) return [];
      const all = await sweepsOfJob(em, providerId, jobId);
      const sweeps = all.filter((sweep) => sweep.state !== 'superseded');
      const awaited = job.fetched.scopes.map((scope) =>
        sweeps.find((sweep) => sweep.runToken === scope.runToken),
      );
      if (!awaited.every((sweep) => sweep?.state === 'closed')) return [];
      const appended = await appendEvents(em, head, jobId, [
        jobReconciled({
          jobId,
          cause: 'sync',
          outcome: outcomeOf(job.fetched, sweeps),
          scopes: sweeps.map((sweep) => ({
            scope: sweep.scope,
            mode: sweep.fetched?.mode ?? 'full',
            outcome: sweep.outcome ?? 'failed',
            added: sum(ITEM_KINDS.map((kind) => sweep.counts[kind].added)),
            pendingRemovals: sweep.pendingRemovals,
            heldRemovals: sweep.heldRemovals,
            ...(sweep.reason === undefined ? {} : { reason: sweep.reason }),
          })),
          counts: jobCounts(all),
          totals: head.totals,
          watermarks: head.watermarks,
          ...(job.fetched.imageBaseUrl === undefined ? {} : { imageBaseUrl: job.fetched.imageBaseUrl }),
        }),
      ]);
      await saveHead(em, head);
      await sql(em, `delete from cancelled_job where provider_id = $1 and job_id = $2`, [providerId, jobId]);
      await sql(em, `update reconciled_job set reconciled_seq = $3 where provider_id = $1 and job_id = $2`, [
        providerId,
        jobId,
        head.seq,
      ]);
      return appended;
    });
    committed.add(events);
  }
}

/** Whether the job's `JobReconciled` is in the log. */
export async function isReconciled(
  em: SqlEntityManager,
  providerId: ProviderId,
  jobId: JobId,
): Promise<boolean> {
  const [job] = await sql<{ reconciled_seq: string | null }>(
    em,
    `select reconciled_seq from reconciled_job where provider_id = $1 and job_id = $2`,
    [providerId, jobId],
  );
  return job?.reconciled_seq != null;
}

/** What the scopes came to; the fetcher's word where there are none, or where it was cancelled. */
function outcomeOf(fetched: JobFetched, sweeps: readonly Sweep[]): JobOutcome {
  if (fetched.outcome === 'cancelled' || sweeps.length === 0) return fetched.outcome;
  const outcomes = sweeps.map((sweep) => sweep.outcome ?? 'failed');
  return outcomes.includes('cancelled') ? 'cancelled' : decideJobOutcome(outcomes);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
