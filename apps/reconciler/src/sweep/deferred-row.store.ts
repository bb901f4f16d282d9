import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CatalogueItem, ItemId } from '@catalogue-sync/contracts';
import { isOneOf, sql } from '@catalogue-sync/persistence';
import type { DeferredRow } from '../pages/plan-rows.js';
import type { Sweep } from './sweep.js';

/** Keeps rows whose comparison must wait for the end of the scope. */
export async function deferRows(
  em: SqlEntityManager,
  sweep: Sweep,
  rows: readonly DeferredRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const encoded = rows.map((row) => ({
    i: row.id,
    o: row.firstOfRun,
    f: row.fingerprint.toString('hex'),
    c: row.categoryIds,
    p: row.payload,
  }));
  await sql(
    em,
    `insert into deferred_row (provider_id, run_token, item_id, first_of_run, fingerprint, category_ids, payload)
     select $1, $2, i, o, decode(f, 'hex'), c, p
     from json_to_recordset($3::json) as x(i text, o boolean, f text, c text[], p text)`,
    [sweep.providerId, sweep.runToken, JSON.stringify(encoded)],
  );
}

/** Which of `ids` have rows waiting. */
export async function deferredAmong(
  em: SqlEntityManager,
  sweep: Sweep,
  ids: readonly ItemId[],
): Promise<Set<ItemId>> {
  if (ids.length === 0) return new Set();
  const rows = await sql<{ item_id: ItemId }>(
    em,
    `select distinct item_id from deferred_row where provider_id = $1 and run_token = $2 and ${isOneOf('item_id', '$3')}`,
    [sweep.providerId, sweep.runToken, ids],
  );
  return new Set(rows.map((row) => row.item_id));
}

/** All that a run deferred of one item. */
export interface DeferredItem {
  id: ItemId;
  /** The row whose fields count: the run's first where that one was deferred, else the first that added a category. */
  item: CatalogueItem;
  fingerprint: Buffer;
  /** Whether `item` is the run's first row. If not, the first row agreed with what is known. */
  hasFirst: boolean;
  /** Categories that the deferred rows name, together. */
  categoryIds: string[];
}

/** Takes the next items out of the store, at most `limit`, with all their rows. */
export async function takeDeferred(
  em: SqlEntityManager,
  sweep: Sweep,
  limit: number,
): Promise<DeferredItem[]> {
  const rows = await sql<{
    item_id: ItemId;
    first_of_run: boolean;
    fingerprint: Buffer;
    category_ids: string[];
    payload: string;
  }>(
    em,
    `with next as (
       select distinct item_id from deferred_row where provider_id = $1 and run_token = $2 order by item_id limit $3)
     delete from deferred_row d using next
     where d.provider_id = $1 and d.run_token = $2 and d.item_id = next.item_id
     returning d.id, d.item_id, d.first_of_run, d.fingerprint, d.category_ids, d.payload`,
    [sweep.providerId, sweep.runToken, limit],
  );
  const items = new Map<ItemId, DeferredItem>();
  for (const row of rows.sort((a, b) => Number(b.first_of_run) - Number(a.first_of_run))) {
    const item = items.get(row.item_id);
    if (item) item.categoryIds = [...new Set([...item.categoryIds, ...row.category_ids])];
    else {
      items.set(row.item_id, {
        id: row.item_id,
        item: JSON.parse(row.payload) as CatalogueItem,
        fingerprint: row.fingerprint,
        hasFirst: row.first_of_run,
        categoryIds: row.category_ids,
      });
    }
  }
  return [...items.values()];
}
