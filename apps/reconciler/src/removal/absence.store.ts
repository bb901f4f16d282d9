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

/** Ids that a run saw; needs the provider as $1 and the run token as $2. */
export const SEEN_ITEMS = `select distinct unnest(item_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;
export const SEEN_CATEGORIES = `select distinct unnest(category_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;

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
  const items = await sql<Absence>(
    em,
    `with seen as (${SEEN_ITEMS})
     select s.kind, count(*)::int as known,
       count(*) filter (where seen.id is null and s.absent_runs + 1 < $4)::int as unconfirmed,
       count(*) filter (where seen.id is null and s.absent_runs + 1 >= $4)::int as confirmed
     from item_state s left join seen on seen.id = s.item_id
     where s.provider_id = $1 and $3 = any(s.scopes) group by s.kind`,
    [sweep.providerId, sweep.runToken, sweep.scope, confirmations],
  );
  if (!withCategories) return items;
  const categories = await sql<Absence>(
    em,
    `with seen as (${SEEN_CATEGORIES})
     select 'category' as kind, count(*)::int as known,
       count(*) filter (where seen.id is null and s.absent_runs + 1 < $4)::int as unconfirmed,
       count(*) filter (where seen.id is null and s.absent_runs + 1 >= $4)::int as confirmed
     from category_state s left join seen on seen.id = s.category_id
     where s.provider_id = $1 and s.scope = $3 having count(*) > 0`,
    [sweep.providerId, sweep.runToken, sweep.scope, confirmations],
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
