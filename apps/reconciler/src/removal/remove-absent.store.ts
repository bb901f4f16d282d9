import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  EVENT_TYPE,
  type ItemKind,
  type JobId,
  type ProviderId,
  type Scope,
} from '@catalogue-sync/contracts';
import { isOneOf, sql } from '@catalogue-sync/persistence';
import type { LockedHead } from '../stream-head/stream-head.store.js';
import type { Sweep } from '../sweep/sweep.js';

/** Whose removal it is, and what the events say of it. */
export interface RemovalOf {
  providerId: ProviderId;
  scope: Scope;
  kind: ItemKind | 'category';
  jobId: JobId;
}

/**
 * Removes what at least `confirmations` complete runs have missed, the last one being `sweep`. Call after `noteAbsences`. Returns how many
 * events were made.
 */
export function removeConfirmed(
  em: SqlEntityManager,
  head: LockedHead,
  sweep: Sweep,
  kind: ItemKind | 'category',
  confirmations: number,
): Promise<number> {
  const of: RemovalOf = { providerId: sweep.providerId, scope: sweep.scope, kind, jobId: sweep.jobId };
  const id = kind === 'category' ? 's.category_id' : 's.item_id';
  const confirmed = `${id} = any(array(
    select id from run_absence where provider_id = $1 and run_token = $5 and kind = $7 and missed_runs + 1 >= $6))`;
  return remove(em, head, of, confirmed, [sweep.runToken, confirmations, kind]);
}

/** Removes those of `ids` that are still missing. Returns how many events were made. */
export function removeMissing(
  em: SqlEntityManager,
  head: LockedHead,
  of: RemovalOf,
  ids: readonly string[],
): Promise<number> {
  const id = of.kind === 'category' ? 's.category_id' : 's.item_id';
  return remove(em, head, of, `s.missing_since is not null and ${isOneOf(id, '$5')}`, [ids]);
}

/** `which` picks rows of `s` and may use the parameters from $5 on. */
async function remove(
  em: SqlEntityManager,
  head: LockedHead,
  of: RemovalOf,
  which: string,
  parameters: readonly unknown[],
): Promise<number> {
  const shared = [of.providerId, of.scope, head.seq, of.jobId, ...parameters];
  const [row] =
    of.kind === 'category'
      ? await sql<{ n: number }>(em, removeCategories(which), shared)
      : await sql<{ n: number }>(em, removeItems(which, `$${shared.length + 1}`), [...shared, of.kind]);
  const removed = row?.n ?? 0;
  head.seq += removed;
  if (of.kind !== 'category') head.totals[of.kind] -= removed;
  return removed;
}

/** An item that another scope still lists stays there; the others are deleted and get their `ItemRemoved`, numbered from the head on. */
function removeItems(which: string, kind: string): string {
  return `with gone as (
      select s.item_id, cardinality(s.scopes) as listings from item_state s
      where s.provider_id = $1 and $2 = any(s.scopes) and s.kind = ${kind} and ${which}),
    unlisted as (
      update item_state s set scopes = array_remove(s.scopes, $2), absent_runs = 0, missing_since = null
      where s.provider_id = $1 and s.item_id = any(array(select item_id from gone where listings > 1))),
    deleted as (
      delete from item_state s
      where s.provider_id = $1 and s.item_id = any(array(select item_id from gone where listings = 1)) returning s.item_id),
    logged as (
      insert into event (provider_id, seq, type, kind, subject, job_id, data)
      select $1, $3::bigint + row_number() over (order by item_id), '${EVENT_TYPE.itemRemoved}', ${kind}, item_id, $4,
        json_build_object('id', item_id, 'kind', ${kind}::text, 'externalId', substr(item_id, strpos(item_id, ':') + 1))::text
      from deleted returning 1)
    select count(*)::int as n from logged`;
}

/** Categories belong to one scope each. */
function removeCategories(which: string): string {
  return `with deleted as (
      delete from category_state s where s.provider_id = $1 and s.scope = $2 and ${which}
      returning s.category_id, s.external_id),
    logged as (
      insert into event (provider_id, seq, type, subject, job_id, data)
      select $1, $3::bigint + row_number() over (order by category_id), '${EVENT_TYPE.categoryRemoved}', category_id, $4,
        json_build_object('id', category_id, 'scope', $2::text, 'externalId', external_id)::text
      from deleted returning 1)
    select count(*)::int as n from logged`;
}
