import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.store.js';

/** How many of a kind are known in a scope, and how many of them the run did not see. */
export interface Absence {
  kind: ItemKind | 'category';
  known: number;
  /** Absent now, but not in enough complete runs yet. */
  unconfirmed: number;
  /** Absent in this and enough earlier complete runs. */
  confirmed: number;
}

/** Ids that a run saw, some more than once; needs the provider as $1 and the run token as $2. */
export const SEEN_ITEMS = `select unnest(item_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;
export const SEEN_CATEGORIES = `select unnest(category_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;

/** Over absent rows `s`; needs the confirmations that a removal takes as $4. */
const COUNTS_OF_ABSENT = `count(*) filter (where s.absent_runs + 1 < $4)::int as unconfirmed,
  count(*) filter (where s.absent_runs + 1 >= $4)::int as confirmed`;

/**
 * Call first in a transaction that compares a whole scope with what was seen. Right after a first sync the tables have no statistics yet, and
 * a planner that believes them empty would compare every item with every id seen.
 */
export async function planForWholeScope(em: SqlEntityManager): Promise<void> {
  await sql(em, `select set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)`);
}

/** Counts known and absent items and categories of the sweep's scope. Category rows count only when `withCategories`. */
export async function countAbsences(
  em: SqlEntityManager,
  sweep: Sweep,
  confirmations: number,
  withCategories: boolean,
): Promise<Absence[]> {
  const parameters = [sweep.providerId, sweep.runToken, sweep.scope, confirmations];
  const items = await sql<Absence>(
    em,
    `with seen as (${SEEN_ITEMS}),
       absent as (
         select s.kind, ${COUNTS_OF_ABSENT} from item_state s
         where s.provider_id = $1 and $3 = any(s.scopes) and not exists (select 1 from seen where seen.id = s.item_id)
         group by s.kind),
       known as (
         select kind, count(*)::int as known from item_state
         where provider_id = $1 and $3 = any(scopes) group by kind)
     select kind, known, coalesce(unconfirmed, 0) as unconfirmed, coalesce(confirmed, 0) as confirmed
     from known left join absent using (kind)`,
    parameters,
  );
  if (!withCategories) return items;
  const categories = await sql<Absence>(
    em,
    `with seen as (${SEEN_CATEGORIES}),
       absent as (
         select ${COUNTS_OF_ABSENT} from category_state s
         where s.provider_id = $1 and s.scope = $3 and not exists (select 1 from seen where seen.id = s.category_id)),
       known as (select count(*)::int as known from category_state where provider_id = $1 and scope = $3)
     select 'category' as kind, known, unconfirmed, confirmed from known, absent where known > 0`,
    parameters,
  );
  return [...items, ...categories];
}

/**
 * Marks the absent rows of the scope as missing. A run that counts as complete is noted on them as one more that missed them; an answer
 * that was not believed (an empty one) is not.
 */
export async function markAbsent(
  em: SqlEntityManager,
  sweep: Sweep,
  { counted, withCategories }: { counted: boolean; withCategories: boolean },
): Promise<void> {
  const runs = counted ? 1 : 0;
  await sql(
    em,
    `with seen as (${SEEN_ITEMS})
     update item_state s
       set absent_runs = least(s.absent_runs + $4, 1000), missing_since = coalesce(s.missing_since, now())
     where s.provider_id = $1 and $3 = any(s.scopes)
       and not exists (select 1 from seen where seen.id = s.item_id)`,
    [sweep.providerId, sweep.runToken, sweep.scope, runs],
  );
  if (!withCategories) return;
  await sql(
    em,
    `with seen as (${SEEN_CATEGORIES})
     update category_state s
       set absent_runs = least(s.absent_runs + $4, 1000), missing_since = coalesce(s.missing_since, now())
     where s.provider_id = $1 and s.scope = $3
       and not exists (select 1 from seen where seen.id = s.category_id)`,
    [sweep.providerId, sweep.runToken, sweep.scope, runs],
  );
}

/** Ids of the absent items or categories of a kind that at least `confirmations` complete runs missed, sorted: what a hold holds. Call after `markAbsent`. */
export async function absentIds(
  em: SqlEntityManager,
  sweep: Sweep,
  kind: ItemKind | 'category',
  confirmations: number,
): Promise<string[]> {
  const text =
    kind === 'category'
      ? `with seen as (${SEEN_CATEGORIES})
         select s.category_id as id from category_state s
         where s.provider_id = $1 and s.scope = $3 and s.absent_runs >= $4 and $5 = 'category'
           and not exists (select 1 from seen where seen.id = s.category_id) order by 1`
      : `with seen as (${SEEN_ITEMS})
         select s.item_id as id from item_state s
         where s.provider_id = $1 and $3 = any(s.scopes) and s.absent_runs >= $4 and s.kind = $5
           and not exists (select 1 from seen where seen.id = s.item_id) order by 1`;
  const rows = await sql<{ id: string }>(em, text, [
    sweep.providerId,
    sweep.runToken,
    sweep.scope,
    confirmations,
    kind,
  ]);
  return rows.map((row) => row.id);
}
