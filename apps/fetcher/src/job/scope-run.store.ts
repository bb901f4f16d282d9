import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobId, JobReconciled, Scope, ScopeOutcome } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { ScopeMemory } from '@catalogue-sync/providers';
import { ScopeRunSchema, type ScopeRun } from './scope-run.entity.js';
import type { ModeChoice } from './select-mode.js';

export async function scopeRunsOf(em: SqlEntityManager, jobId: JobId): Promise<ScopeRun[]> {
  return em.find(ScopeRunSchema, { jobId }, { orderBy: { position: 'asc' } });
}

/** The scope runs of several jobs, each job's in its order. */
export async function scopeRunsOfJobs(
  em: SqlEntityManager,
  jobIds: readonly JobId[],
): Promise<Map<JobId, ScopeRun[]>> {
  const runs = await em.find(
    ScopeRunSchema,
    { jobId: { $in: [...jobIds] } },
    { orderBy: { position: 'asc' } },
  );
  return Map.groupBy(runs, (run) => run.jobId);
}

/** What a job is going to fetch, in order, with a run token for each. */
export async function insertScopeRuns(
  em: SqlEntityManager,
  jobId: JobId,
  firstToken: number,
  scopes: readonly { scope: Scope; choice: ModeChoice }[],
  attempts: number,
): Promise<void> {
  for (const [position, { scope, choice }] of scopes.entries()) {
    await sql(
      em,
      `insert into scope_run (job_id, scope, position, run_token, mode, mode_reason, attempts)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [jobId, scope, position, firstToken + position, choice.mode, choice.reason, attempts],
    );
  }
}

/** A fresh attempt at a scope: under `runToken`, going on after `publishedOrdinal`. */
export async function beginAttempt(
  em: SqlEntityManager,
  run: ScopeRun,
  start: { runToken: number; publishedOrdinal: number; itemRows: number },
): Promise<void> {
  await sql(
    em,
    `update scope_run set state = 'fetching', attempt = attempt + 1, run_token = $3, published_ordinal = $4, item_rows = $5,
       reason = null
     where job_id = $1 and scope = $2`,
    [run.jobId, run.scope, start.runToken, start.publishedOrdinal, start.itemRows],
  );
  Object.assign(run, start, { state: 'fetching', attempt: run.attempt + 1, reason: null });
}

/** A try failed, and there will be another. */
export async function recordFailure(em: SqlEntityManager, run: ScopeRun, reason: string): Promise<void> {
  await sql(
    em,
    `update scope_run set failures = failures + 1, reason = $3 where job_id = $1 and scope = $2`,
    [run.jobId, run.scope, reason],
  );
  run.failures += 1;
  run.reason = reason;
}

/** The scope is fetched another way than was planned: what was published of it is not gone on with. */
export async function changeMode(em: SqlEntityManager, run: ScopeRun, choice: ModeChoice): Promise<void> {
  await recordMode(em, run, choice);
  await sql(
    em,
    `update scope_run set published_ordinal = 0, item_rows = 0 where job_id = $1 and scope = $2`,
    [run.jobId, run.scope],
  );
  Object.assign(run, { publishedOrdinal: 0, itemRows: 0 });
}

/** How the scope is fetched. */
export async function recordMode(em: SqlEntityManager, run: ScopeRun, choice: ModeChoice): Promise<void> {
  await sql(em, `update scope_run set mode = $3, mode_reason = $4 where job_id = $1 and scope = $2`, [
    run.jobId,
    run.scope,
    choice.mode,
    choice.reason,
  ]);
  Object.assign(run, { mode: choice.mode, modeReason: choice.reason });
}

/** How far a scope has come, as it is saved a few times a second. */
export interface ScopeMarks {
  publishedOrdinal: number;
  itemRows: number;
  pagesDone: number;
  pagesTotal?: number;
  itemsFetched: number;
  itemsTotal?: number;
}

export async function saveMarks(em: SqlEntityManager, run: ScopeRun, marks: ScopeMarks): Promise<void> {
  await sql(
    em,
    `update scope_run set published_ordinal = $3, item_rows = $4, pages_done = $5, pages_total = $6,
       items_fetched = $7, items_total = $8
     where job_id = $1 and scope = $2`,
    [
      run.jobId,
      run.scope,
      marks.publishedOrdinal,
      marks.itemRows,
      marks.pagesDone,
      marks.pagesTotal ?? null,
      marks.itemsFetched,
      marks.itemsTotal ?? null,
    ],
  );
}

/** How fetching a scope ended. */
export interface ScopeFetchEnd {
  outcome: ScopeOutcome;
  reason?: string;
  expectedPages: number;
  declaredTotal?: number;
  itemRows: number;
  categoriesComplete: boolean;
  memory?: ScopeMemory;
}

/** Written before `ScopeFetched` is published: a successor publishes the same. */
export async function recordScopeEnd(em: SqlEntityManager, run: ScopeRun, end: ScopeFetchEnd): Promise<void> {
  await sql(
    em,
    `update scope_run set state = 'fetching', outcome = $3, reason = $4, expected_pages = $5, declared_total = $6,
       item_rows = $7, categories_complete = $8, memory = $9
     where job_id = $1 and scope = $2`,
    [
      run.jobId,
      run.scope,
      end.outcome,
      end.reason ?? null,
      end.expectedPages,
      end.declaredTotal ?? null,
      end.itemRows,
      end.categoriesComplete,
      end.memory === undefined ? null : JSON.stringify(end.memory),
    ],
  );
  Object.assign(run, { state: 'fetching', reason: null, declaredTotal: null, memory: null }, end);
}

/** `ScopeFetched` is in the stream. */
export async function markAnnounced(em: SqlEntityManager, run: ScopeRun): Promise<void> {
  await sql(
    em,
    `update scope_run set state = 'fetched' where job_id = $1 and scope = $2 and state = 'fetching'`,
    [run.jobId, run.scope],
  );
  run.state = 'fetched';
}

/** The reconciler's word on each scope is the last one. */
export async function recordReconciledScopes(em: SqlEntityManager, event: JobReconciled): Promise<void> {
  for (const { scope, outcome, reason } of event.scopes) {
    await sql(
      em,
      `update scope_run set state = 'reconciled', outcome = $3, reason = coalesce($4, reason)
       where job_id = $1 and scope = $2`,
      [event.jobId, scope, outcome, reason ?? null],
    );
  }
}
