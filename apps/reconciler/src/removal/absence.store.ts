import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.js';

/** How many of a kind are known in a scope, and how many of them the run did not see. */
export interface Absence {
  kind: ItemKind | 'category';
  known: number;
  /** Absent now, but not in enough complete runs yet. */
  unconfirmed: number;
  /** Absent in this and enough earlier complete runs. */
  confirmed: number;
}

type Known = Pick<Absence, 'kind' | 'known'>;

/** What of the scope the run has not seen, noted for the rest of the transaction: to compare a whole scope once is dear enough. */
const NOTE_ABSENT_ITEMS = `
  insert into run_absence (provider_id, run_token, kind, id, missed_runs)
  select $1, $2, s.kind, s.item_id, s.absent_runs from item_state s
  where s.provider_id = $1 and $3 = any(s.scopes)
    and not exists (
      select 1 from (select unnest(item_ids) as id from sweep_page where provider_id = $1 and run_token = $2) as seen
      where seen.id = s.item_id)`;

const NOTE_ABSENT_CATEGORIES = `
  insert into run_absence (provider_id, run_token, kind, id, missed_runs)
  select $1, $2, 'category', s.category_id, s.absent_runs from category_state s
  where s.provider_id = $1 and s.scope = $3
    and not exists (
      select 1 from (select unnest(category_ids) as id from sweep_page where provider_id = $1 and run_token = $2) as seen
      where seen.id = s.category_id)`;

const COUNT_ABSENT = `
  select kind, count(*) filter (where missed_runs + 1 < $3)::int as unconfirmed,
    count(*) filter (where missed_runs + 1 >= $3)::int as confirmed
  from run_absence where provider_id = $1 and run_token = $2 group by kind`;

const COUNT_KNOWN_ITEMS = `
  select kind, count(*)::int as known from item_state where provider_id = $1 and $2 = any(scopes) group by kind`;

const COUNT_KNOWN_CATEGORIES = `
  select 'category' as kind, count(*)::int as known from category_state where provider_id = $1 and scope = $2`;

/**
 * Notes which items and categories of the sweep's scope the run has not seen, and counts them beside the known ones. Categories count only
 * `withCategories`. What was noted goes with the run's other rows.
 *
 * @param confirmations how many complete runs must miss a row before it may be removed
 */
export async function noteAbsences(
  em: SqlEntityManager,
  sweep: Sweep,
  confirmations: number,
  withCategories: boolean,
): Promise<Absence[]> {
  const scope = [sweep.providerId, sweep.runToken, sweep.scope];
  // Right after a first sync the tables have no statistics yet, and a planner that believes them empty would compare every item with
  // every id seen.
  await sql(em, `select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)`);
  await sql(em, NOTE_ABSENT_ITEMS, scope);
  if (withCategories) await sql(em, NOTE_ABSENT_CATEGORIES, scope);
  await sql(em, `set local enable_nestloop to default`);
  const counted = await sql<Omit<Absence, 'known'>>(em, COUNT_ABSENT, [
    sweep.providerId,
    sweep.runToken,
    confirmations,
  ]);
  const absent = new Map(counted.map((row) => [row.kind, row]));
  const known = [
    ...(knownBySeen(sweep, absent) ?? (await countKnown(em, COUNT_KNOWN_ITEMS, sweep))),
    ...(withCategories ? await countKnown(em, COUNT_KNOWN_CATEGORIES, sweep) : []),
  ];
  return known
    .filter((row) => row.known > 0)
    .map((row) => ({ unconfirmed: 0, confirmed: 0, ...absent.get(row.kind), ...row }));
}

/**
 * Known are the items that the run saw, which it has all made known, and those that are absent: no need to look at every item again. Undefined
 * where that is not so: a row of which only the id can be read proves an item present without saying of which kind it is, or whether it is known.
 */
function knownBySeen(
  { seen, malformedRows, unidentifiedRows }: Sweep,
  absent: ReadonlyMap<Absence['kind'], Omit<Absence, 'known'>>,
): Known[] | undefined {
  if (seen === undefined || malformedRows > unidentifiedRows) return undefined;
  return ITEM_KINDS.map((kind) => {
    const { unconfirmed = 0, confirmed = 0 } = absent.get(kind) ?? {};
    return { kind, known: seen[kind] + unconfirmed + confirmed };
  });
}

async function countKnown(em: SqlEntityManager, query: string, sweep: Sweep): Promise<Known[]> {
  return sql<Known>(em, query, [sweep.providerId, sweep.scope]);
}

/**
 * Marks what was noted as missing. A run that counts as complete is noted on the rows as one more that missed them; an answer that was not
 * believed (an empty one) is not.
 */
export async function markAbsent(em: SqlEntityManager, sweep: Sweep, counted: boolean): Promise<void> {
  for (const [table, id] of [
    ['item_state', 'item_id'],
    ['category_state', 'category_id'],
  ] as const) {
    await sql(
      em,
      `update ${table} s
         set absent_runs = least(s.absent_runs + $3, 1000), missing_since = coalesce(s.missing_since, now())
       where s.provider_id = $1 and s.${id} = any(array(
         select a.id from run_absence a
         where a.provider_id = $1 and a.run_token = $2 and (a.kind = 'category') = ${table === 'category_state'}))`,
      [sweep.providerId, sweep.runToken, counted ? 1 : 0],
    );
  }
}

/** Ids of the absent items or categories of a kind that at least `confirmations` complete runs missed, sorted: what a hold holds. */
export async function absentIds(
  em: SqlEntityManager,
  sweep: Sweep,
  kind: ItemKind | 'category',
  confirmations: number,
): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    em,
    `select id from run_absence
     where provider_id = $1 and run_token = $2 and kind = $3 and missed_runs + 1 >= $4 order by id`,
    [sweep.providerId, sweep.runToken, kind, confirmations],
  );
  return rows.map((row) => row.id);
}
