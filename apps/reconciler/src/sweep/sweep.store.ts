import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { REMOVAL_GUARD, addCounts, emptyCounts, emptyTotals } from '@catalogue-sync/catalogue';
import {
  ITEM_KINDS,
  type CountsByKind,
  type ItemKind,
  type JobId,
  type ProviderId,
  type Scope,
  type ScopeFetched,
  type ScopeOutcome,
  type SyncMode,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { dropRunRows } from './run-rows.store.js';
import { wantsSample } from './scope-state.store.js';
import { placePages, type SeenPage } from './sweep-page.store.js';
import { toSweep, type Sweep, type SweepRow } from './sweep.js';

export interface SweepKey {
  scope: Scope;
  runToken: number;
  jobId: JobId;
  mode: SyncMode;
}

/**
 * The sweep of a run, made at its first message. Undefined when a newer run of the scope is known: run tokens rise, so this one's
 * owner has lost its lease or was replaced (I8), and what it still sends is dropped.
 */
export async function openSweep(
  em: SqlEntityManager,
  providerId: ProviderId,
  key: SweepKey,
): Promise<Sweep | undefined> {
  const existing = await findSweep(em, providerId, key.runToken);
  if (existing) return existing.state === 'superseded' ? undefined : existing;
  const [newest] = await sql<{ newest_run_token: string }>(
    em,
    `insert into scope_state (provider_id, scope, newest_run_token) values ($1, $2, $3)
     on conflict (provider_id, scope) do update
       set newest_run_token = greatest(scope_state.newest_run_token, excluded.newest_run_token)
     returning newest_run_token`,
    [providerId, key.scope, key.runToken],
  );
  if (Number(newest?.newest_run_token) > key.runToken) return undefined;
  await discardOlderRuns(em, providerId, key);
  // The newest rows of a newest-first run are unknown by nature.
  const sampled =
    key.mode !== 'head' &&
    (await wantsSample(em, { providerId, scope: key.scope }, REMOVAL_GUARD.unsuspiciousCount));
  await sql(
    em,
    `insert into sweep (provider_id, run_token, scope, job_id, counts, sample, seen, cancelled) values ($1, $2, $3, $4, $5, $6, $7,
       exists (select 1 from cancelled_job c where c.provider_id = $1 and c.job_id = $4))`,
    [
      providerId,
      key.runToken,
      key.scope,
      key.jobId,
      JSON.stringify(emptyCounts()),
      sampled ? 'pending' : 'passed',
      JSON.stringify(emptyTotals()),
    ],
  );
  return findSweep(em, providerId, key.runToken);
}

/** Ends what is left of a job: its open runs, and those that have not begun. */
export async function cancelSweeps(
  em: SqlEntityManager,
  providerId: ProviderId,
  jobId: JobId,
): Promise<void> {
  await sql(em, `insert into cancelled_job (provider_id, job_id) values ($1, $2) on conflict do nothing`, [
    providerId,
    jobId,
  ]);
  await sql(
    em,
    `update sweep set cancelled = true where provider_id = $1 and job_id = $2 and state = 'open'`,
    [providerId, jobId],
  );
}

/** An unfinished older run of the scope can never be completed: its pages and deferred rows go. */
async function discardOlderRuns(em: SqlEntityManager, providerId: ProviderId, key: SweepKey): Promise<void> {
  const older = await sql<{ run_token: string }>(
    em,
    `update sweep set state = 'superseded'
     where provider_id = $1 and scope = $2 and run_token < $3 and state = 'open' returning run_token`,
    [providerId, key.scope, key.runToken],
  );
  for (const { run_token } of older) await dropRunRows(em, providerId, Number(run_token));
}

export async function findSweep(
  em: SqlEntityManager,
  providerId: ProviderId,
  runToken: number,
): Promise<Sweep | undefined> {
  const [row] = await sql<SweepRow>(em, `select * from sweep where provider_id = $1 and run_token = $2`, [
    providerId,
    runToken,
  ]);
  return row && toSweep(row);
}

/** All sweeps of a job, the superseded ones too: what they changed stays changed. */
export async function sweepsOfJob(
  em: SqlEntityManager,
  providerId: ProviderId,
  jobId: JobId,
): Promise<Sweep[]> {
  const rows = await sql<SweepRow>(
    em,
    `select * from sweep where provider_id = $1 and job_id = $2 order by run_token`,
    [providerId, jobId],
  );
  return rows.map(toSweep);
}

/** What a batch of pages adds to a sweep. */
export interface SweepProgress {
  pages: readonly SeenPage[];
  itemRows: number;
  malformedRows: number;
  unidentifiedRows: number;
  categoryRows: number;
  changedRows: number;
  counts: CountsByKind;
  /** Items that no earlier batch of the run saw. */
  seen: Readonly<Record<ItemKind, number>>;
}

/** A batch that only settles what was deferred: its counts, and nothing else. */
export const countsOnly = (counts: CountsByKind): SweepProgress => ({
  pages: [],
  itemRows: 0,
  malformedRows: 0,
  unidentifiedRows: 0,
  categoryRows: 0,
  changedRows: 0,
  counts,
  seen: emptyTotals(),
});

/** Records the pages' ids and adds the batch's figures; `sweep` is brought up to date too. */
export async function advanceSweep(
  em: SqlEntityManager,
  sweep: Sweep,
  progress: SweepProgress,
): Promise<void> {
  await placePages(em, sweep, progress.pages);
  sweep.pages += progress.pages.length;
  sweep.itemRows += progress.itemRows;
  sweep.malformedRows += progress.malformedRows;
  sweep.unidentifiedRows += progress.unidentifiedRows;
  sweep.categoryRows += progress.categoryRows;
  sweep.changedRows += progress.changedRows;
  sweep.counts = addCounts(sweep.counts, progress.counts);
  for (const kind of ITEM_KINDS) if (sweep.seen) sweep.seen[kind] += progress.seen[kind];
  await sql(
    em,
    `update sweep set pages = $3, item_rows = $4, malformed_rows = $5, unidentified_rows = $6, category_rows = $7, counts = $8,
       changed_rows = $9, seen = $10
     where provider_id = $1 and run_token = $2`,
    [
      sweep.providerId,
      sweep.runToken,
      sweep.pages,
      sweep.itemRows,
      sweep.malformedRows,
      sweep.unidentifiedRows,
      sweep.categoryRows,
      JSON.stringify(sweep.counts),
      sweep.changedRows,
      sweep.seen ? JSON.stringify(sweep.seen) : null,
    ],
  );
}

/** Remembers how the fetcher ended the scope. */
export async function storeFetched(em: SqlEntityManager, sweep: Sweep, fetched: ScopeFetched): Promise<void> {
  sweep.fetched = fetched;
  await sql(em, `update sweep set fetched = $3 where provider_id = $1 and run_token = $2`, [
    sweep.providerId,
    sweep.runToken,
    JSON.stringify(fetched),
  ]);
}

/** Ends a sweep: its figures stay, the ids it saw go. */
export async function closeSweep(
  em: SqlEntityManager,
  sweep: Sweep,
  outcome: ScopeOutcome,
  reason?: string,
): Promise<void> {
  await sql(
    em,
    `update sweep set state = 'closed', outcome = $3, reason = $4, counts = $5, pending_removals = $6, held_removals = $7
     where provider_id = $1 and run_token = $2`,
    [
      sweep.providerId,
      sweep.runToken,
      outcome,
      reason ?? null,
      JSON.stringify(sweep.counts),
      sweep.pendingRemovals,
      sweep.heldRemovals,
    ],
  );
  await dropRunRows(em, sweep.providerId, sweep.runToken);
}
