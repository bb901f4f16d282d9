import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { addCounts, emptyCounts } from '@catalogue-sync/catalogue';
import type {
  CountsByKind,
  JobId,
  ProviderId,
  Scope,
  ScopeFetched,
  ScopeOutcome,
} from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** One run over one scope, as far as it was taken in. */
export interface Sweep {
  providerId: ProviderId;
  runToken: number;
  scope: Scope;
  jobId: JobId;
  state: 'open' | 'closed' | 'superseded';
  pages: number;
  parkedPages: number;
  itemRows: number;
  malformedRows: number;
  /** Malformed rows of which not even the id can be read. */
  unidentifiedRows: number;
  categoryRows: number;
  counts: CountsByKind;
  fetched?: ScopeFetched;
  outcome?: ScopeOutcome;
  reason?: string;
}

interface SweepRow {
  provider_id: ProviderId;
  run_token: string;
  scope: Scope;
  job_id: JobId;
  state: Sweep['state'];
  pages: number;
  parked_pages: number;
  item_rows: number;
  malformed_rows: number;
  unidentified_rows: number;
  category_rows: number;
  counts: CountsByKind;
  fetched: ScopeFetched | null;
  outcome: ScopeOutcome | null;
  reason: string | null;
}

export interface SweepKey {
  scope: Scope;
  runToken: number;
  jobId: JobId;
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
  await sql(
    em,
    `insert into sweep (provider_id, run_token, scope, job_id, counts) values ($1, $2, $3, $4, $5)`,
    [providerId, key.runToken, key.scope, key.jobId, JSON.stringify(emptyCounts())],
  );
  return findSweep(em, providerId, key.runToken);
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

/** Deletes what was kept of a run's rows; its figures stay on the sweep. */
export async function dropRunRows(
  em: SqlEntityManager,
  providerId: ProviderId,
  runToken: number,
): Promise<void> {
  await sql(em, `delete from sweep_page where provider_id = $1 and run_token = $2`, [providerId, runToken]);
  await sql(em, `delete from deferred_row where provider_id = $1 and run_token = $2`, [providerId, runToken]);
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

export async function sweepsOfJob(
  em: SqlEntityManager,
  providerId: ProviderId,
  jobId: JobId,
): Promise<Sweep[]> {
  const rows = await sql<SweepRow>(
    em,
    `select * from sweep where provider_id = $1 and job_id = $2 and state <> 'superseded' order by run_token`,
    [providerId, jobId],
  );
  return rows.map(toSweep);
}

/** Which of `ordinals` were taken in before. */
export async function knownOrdinals(
  em: SqlEntityManager,
  sweep: Sweep,
  ordinals: readonly number[],
): Promise<Set<number>> {
  const rows = await sql<{ ordinal: number }>(
    em,
    `select ordinal from sweep_page where provider_id = $1 and run_token = $2 and ordinal = any($3)`,
    [sweep.providerId, sweep.runToken, ordinals],
  );
  return new Set(rows.map((row) => row.ordinal));
}

export interface SeenPage {
  ordinal: number;
  itemIds: string[];
  categoryIds: string[];
}

/** What a batch of pages adds to a sweep. */
export interface SweepProgress {
  pages: readonly SeenPage[];
  itemRows: number;
  malformedRows: number;
  unidentifiedRows: number;
  categoryRows: number;
  counts: CountsByKind;
}

/** A batch that only settles what was deferred: its counts, and nothing else. */
export const countsOnly = (counts: CountsByKind): SweepProgress => ({
  pages: [],
  itemRows: 0,
  malformedRows: 0,
  unidentifiedRows: 0,
  categoryRows: 0,
  counts,
});

/** Records the pages' ids and adds the batch's figures; `sweep` is brought up to date too. */
export async function advanceSweep(
  em: SqlEntityManager,
  sweep: Sweep,
  progress: SweepProgress,
): Promise<void> {
  if (progress.pages.length > 0) {
    await sql(
      em,
      `insert into sweep_page (provider_id, run_token, ordinal, item_ids, category_ids)
       select $1, $2, o, i, c from json_to_recordset($3::json) as x(o int, i text[], c text[])`,
      [
        sweep.providerId,
        sweep.runToken,
        JSON.stringify(
          progress.pages.map((page) => ({ o: page.ordinal, i: page.itemIds, c: page.categoryIds })),
        ),
      ],
    );
  }
  sweep.pages += progress.pages.length;
  sweep.itemRows += progress.itemRows;
  sweep.malformedRows += progress.malformedRows;
  sweep.unidentifiedRows += progress.unidentifiedRows;
  sweep.categoryRows += progress.categoryRows;
  sweep.counts = addCounts(sweep.counts, progress.counts);
  await sql(
    em,
    `update sweep set pages = $3, item_rows = $4, malformed_rows = $5, unidentified_rows = $6, category_rows = $7, counts = $8
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
    `update sweep set state = 'closed', outcome = $3, reason = $4, counts = $5 where provider_id = $1 and run_token = $2`,
    [sweep.providerId, sweep.runToken, outcome, reason ?? null, JSON.stringify(sweep.counts)],
  );
  await dropRunRows(em, sweep.providerId, sweep.runToken);
}

function toSweep(row: SweepRow): Sweep {
  return {
    providerId: row.provider_id,
    runToken: Number(row.run_token),
    scope: row.scope,
    jobId: row.job_id,
    state: row.state,
    pages: row.pages,
    parkedPages: row.parked_pages,
    itemRows: row.item_rows,
    malformedRows: row.malformed_rows,
    unidentifiedRows: row.unidentified_rows,
    categoryRows: row.category_rows,
    counts: row.counts,
    ...(row.fetched === null ? {} : { fetched: row.fetched }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
