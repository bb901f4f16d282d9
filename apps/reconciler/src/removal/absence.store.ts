import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { EVENT_TYPE, type ItemKind } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { LockedHead } from '../stream-head/stream-head.store.js';
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

const SEEN_ITEMS = `select distinct unnest(item_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;
const SEEN_CATEGORIES = `select distinct unnest(category_ids) as id from sweep_page where provider_id = $1 and run_token = $2`;

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

/** Notes one more complete run that missed them, on every absent row of the scope. */
export async function markAbsent(em: SqlEntityManager, sweep: Sweep, withCategories: boolean): Promise<void> {
  await sql(
    em,
    `with seen as (${SEEN_ITEMS})
     update item_state s set absent_runs = least(s.absent_runs + 1, 1000)
     where s.provider_id = $1 and $3 = any(s.scopes)
       and not exists (select 1 from seen where seen.id = s.item_id)`,
    [sweep.providerId, sweep.runToken, sweep.scope],
  );
  if (!withCategories) return;
  await sql(
    em,
    `with seen as (${SEEN_CATEGORIES})
     update category_state s set absent_runs = least(s.absent_runs + 1, 1000)
     where s.provider_id = $1 and s.scope = $3
       and not exists (select 1 from seen where seen.id = s.category_id)`,
    [sweep.providerId, sweep.runToken, sweep.scope],
  );
}

/**
 * Removes the confirmed absent items of a kind from the scope. An item that another scope still lists stays; the others are deleted
 * and get their `ItemRemoved`, numbered from the head on. Call after `markAbsent`. Returns how many events were made.
 */
export async function removeItems(
  em: SqlEntityManager,
  head: LockedHead,
  sweep: Sweep,
  kind: ItemKind,
  confirmations: number,
): Promise<number> {
  const rows = await sql<{ n: number }>(
    em,
    `with seen as (${SEEN_ITEMS}),
     gone as (
       select s.item_id, cardinality(s.scopes) as listings from item_state s
       where s.provider_id = $1 and $3 = any(s.scopes) and s.kind = $4 and s.absent_runs >= $5
         and not exists (select 1 from seen where seen.id = s.item_id)),
     unlisted as (
       update item_state s set scopes = array_remove(s.scopes, $3), absent_runs = 0 from gone
       where s.provider_id = $1 and s.item_id = gone.item_id and gone.listings > 1),
     deleted as (
       delete from item_state s using gone
       where s.provider_id = $1 and s.item_id = gone.item_id and gone.listings = 1 returning s.item_id),
     logged as (
       insert into event (provider_id, seq, type, kind, subject, job_id, data)
       select $1, $6::bigint + row_number() over (order by item_id), $7, $4, item_id, $8,
         json_build_object('id', item_id, 'kind', $4::text, 'externalId', substr(item_id, strpos(item_id, ':') + 1))::text
       from deleted returning 1)
     select count(*)::int as n from logged`,
    [
      sweep.providerId,
      sweep.runToken,
      sweep.scope,
      kind,
      confirmations,
      head.seq,
      EVENT_TYPE.itemRemoved,
      sweep.jobId,
    ],
  );
  const removed = rows[0]?.n ?? 0;
  head.seq += removed;
  head.totals[kind] -= removed;
  return removed;
}

/** The same for categories, which belong to one scope each. */
export async function removeCategories(
  em: SqlEntityManager,
  head: LockedHead,
  sweep: Sweep,
  confirmations: number,
): Promise<number> {
  const rows = await sql<{ n: number }>(
    em,
    `with seen as (${SEEN_CATEGORIES}),
     deleted as (
       delete from category_state s
       where s.provider_id = $1 and s.scope = $3 and s.absent_runs >= $4
         and not exists (select 1 from seen where seen.id = s.category_id)
       returning s.category_id, s.external_id),
     logged as (
       insert into event (provider_id, seq, type, subject, job_id, data)
       select $1, $5::bigint + row_number() over (order by category_id), $6, category_id, $7,
         json_build_object('id', category_id, 'scope', $3::text, 'externalId', external_id)::text
       from deleted returning 1)
     select count(*)::int as n from logged`,
    [
      sweep.providerId,
      sweep.runToken,
      sweep.scope,
      confirmations,
      head.seq,
      EVENT_TYPE.categoryRemoved,
      sweep.jobId,
    ],
  );
  const removed = rows[0]?.n ?? 0;
  head.seq += removed;
  return removed;
}

/** Ids of the confirmed absent items or categories of a kind, sorted: what a hold holds. Call after `markAbsent`. */
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
