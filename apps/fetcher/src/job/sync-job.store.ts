import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { LockMode } from '@mikro-orm/core';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type JobId,
  type JobOutcome,
  type JobState,
  type ProviderId,
  type Scope,
  type SyncMode,
} from '@catalogue-sync/contracts';
import { transition, type JobEvent } from '@catalogue-sync/catalogue';
import { sql } from '@catalogue-sync/persistence';
import { SyncJobSchema, type SyncJob } from './sync-job.entity.js';

const ACTIVE = `('queued', 'fetching', 'reconciling', 'publishing')`;

export interface NewJob {
  id: JobId;
  providerId: ProviderId;
  trigger: string;
  requestedMode: SyncMode | 'auto';
  /** Only these; absent for all. */
  scopes?: readonly Scope[];
}

/** Queues a job. False when the provider has an active one: the unique index lets one in, whoever else asks at the same moment (I7). */
export async function insertJob(em: SqlEntityManager, job: NewJob): Promise<boolean> {
  const inserted = await sql(
    em,
    `insert into sync_job (id, provider_id, state, trigger, requested_mode, only_scopes) values ($1, $2, 'queued', $3, $4, $5)
     on conflict (provider_id) where state in ${ACTIVE} do nothing returning id`,
    [job.id, job.providerId, job.trigger, job.requestedMode, job.scopes ?? null],
  );
  return inserted.length === 1;
}

export async function findJob(em: SqlEntityManager, id: JobId): Promise<SyncJob | null> {
  return em.findOne(SyncJobSchema, { id });
}

/** The provider's active job, if one is. */
export async function findActiveJob(em: SqlEntityManager, providerId: ProviderId): Promise<SyncJob | null> {
  return em.findOne(SyncJobSchema, {
    providerId,
    state: { $in: ['queued', 'fetching', 'reconciling', 'publishing'] },
  });
}

/** The job with its row locked until the transaction ends; undefined when it is unknown or has ended. */
export async function lockActiveJob(em: SqlEntityManager, id: JobId): Promise<SyncJob | undefined> {
  const job = await em.findOne(SyncJobSchema, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return job === null || job.finishedAt != null ? undefined : job;
}

/** Jobs of a provider, newest first; ids sort by creation. */
export async function listJobs(
  em: SqlEntityManager,
  providerId: ProviderId,
  before: JobId | undefined,
  limit: number,
): Promise<SyncJob[]> {
  return em.find(
    SyncJobSchema,
    { providerId, ...(before === undefined ? {} : { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit },
  );
}

/** The newest job of a provider that has ended. */
export async function findLastJob(em: SqlEntityManager, providerId: ProviderId): Promise<SyncJob | null> {
  return em.findOne(
    SyncJobSchema,
    { providerId, finishedAt: { $ne: null } },
    { orderBy: { finishedAt: 'desc' } },
  );
}

/** Asks the active job to stop fetching; undefined when there is none. */
export async function requestCancel(
  em: SqlEntityManager,
  providerId: ProviderId,
): Promise<JobId | undefined> {
  const [row] = await sql<{ id: JobId }>(
    em,
    `update sync_job set cancel_requested_at = coalesce(cancel_requested_at, now())
     where provider_id = $1 and state in ${ACTIVE} returning id`,
    [providerId],
  );
  return row?.id;
}

/** Jobs that want a runner: queued ones, and those whose runner's lease has run out. Oldest first. */
export async function jobsWithoutRunner(
  em: SqlEntityManager,
  limit: number,
  except: readonly JobId[],
): Promise<JobId[]> {
  const rows = await sql<{ id: JobId }>(
    em,
    `select j.id from sync_job j
     join provider p on p.id = j.provider_id and p.state = 'active'
     where j.state in ('queued', 'fetching') and not (j.id = any($2::uuid[]))
       and not exists (select 1 from lease l where l.name = 'job:' || j.id and l.expires_at > now())
     order by j.id limit $1`,
    [limit, except],
  );
  return rows.map((row) => row.id);
}

/** How many jobs are being fetched, over all replicas. */
export async function countRunning(em: SqlEntityManager): Promise<number> {
  const [row] = await sql<{ running: number }>(
    em,
    `select count(*)::int as running from lease l
     join sync_job j on l.name = 'job:' || j.id and j.state in ('queued', 'fetching')
     where l.expires_at > now()`,
  );
  return row?.running ?? 0;
}

/** What the runners of `ids` have to know: whether to cancel, whether the provider is going away. Ended jobs are missing. */
export async function readBrakes(
  em: SqlEntityManager,
  ids: readonly JobId[],
): Promise<{ id: JobId; cancel: boolean; deleting: boolean }[]> {
  return sql(
    em,
    `select j.id, j.cancel_requested_at is not null as cancel, p.state <> 'active' as deleting
     from sync_job j join provider p on p.id = j.provider_id where j.id = any($1::uuid[])`,
    [ids],
  );
}

/** Moves a job along; throws when the state machine does not know the step. */
export function moveJob(job: SyncJob, event: JobEvent): void {
  job.state = transition(job.state, event);
}

/** How fetching ended, written before it is told: a successor tells the same. */
export async function recordFetchOutcome(
  em: SqlEntityManager,
  id: JobId,
  end: { outcome: JobOutcome; reason?: string },
): Promise<void> {
  await sql(
    em,
    `update sync_job set fetch_outcome = $2, reason = coalesce($3, reason) where id = $1 and fetch_outcome is null`,
    [id, end.outcome, end.reason ?? null],
  );
}

/**
 * Claims jobs that wait for others, at most once per `everySeconds` over all replicas, so that a lost message does not leave a job
 * waiting for ever.
 */
export async function claimWaitingJobs(
  em: SqlEntityManager,
  everySeconds: number,
): Promise<{ id: JobId; providerId: ProviderId; state: JobState }[]> {
  return sql(
    em,
    `update sync_job set checked_at = now() where id in (
       select id from sync_job where state in ('reconciling', 'publishing')
         and checked_at < now() - make_interval(secs => $1)
       order by checked_at limit 50 for update skip locked)
     returning id, provider_id as "providerId", state`,
    [everySeconds],
  );
}

export function jobNotFound(id: string): CatalogueSyncError {
  return new CatalogueSyncError(
    ERROR_CODE.jobNotFound,
    `This provider has no job ${JSON.stringify(id.slice(0, 60))}. List its jobs to see their ids.`,
  );
}
