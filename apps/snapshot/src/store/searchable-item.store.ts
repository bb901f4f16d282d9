import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { entryOf } from '@catalogue-sync/item-search';
import { sql, textArray } from '@catalogue-sync/persistence';
import type { ItemRow } from '../fold/plan-fold.js';

/** Parts the lexemes of an item on their way to the database: no text of an item holds it. */
const BETWEEN = '\u0001';

// In the order of names: what a search finds or walks through often begins alike, and then lies together on a few pages.
const INSERT = `
  insert into searchable_item (provider_id, item_id, name_order, added_at, lexemes)
    select $1, i.id, i.name_order, i.added_at, array_to_tsvector(string_to_array(i.lexemes, $2))
      from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as i (id, name_order, added_at, lexemes)
     order by i.name_order collate "C"`;

// Each is looked up by itself. Of a list of ids a planner without statistics takes the index on dates for as good as the key: it holds ids too,
// behind the dates, and all of it is read.
const REMOVE = `
  delete from searchable_item where ctid = any(array(
    select found.ctid from unnest($2::text[]) as w (id)
     cross join lateral (select i.ctid from searchable_item i where i.provider_id = $1 and i.item_id = w.id limit 1) as found))`;

/** What items are found and sorted by, apart from their payload. Written in the transaction that writes the items. */
export class SearchableItemStore {
  /** For items that have no row yet. `foundAs` is the provider of their lexemes. */
  async insert(
    em: SqlEntityManager,
    provider: ProviderId,
    put: readonly ItemRow[],
    foundAs = provider,
  ): Promise<void> {
    if (put.length === 0) return;
    const find = entryOf(foundAs);
    const nameOrders: string[] = [];
    const lexemes: string[] = [];
    // Joined at once: the lexemes of a whole batch by themselves would be tens of thousands of texts.
    for (const { kind, categoryIds, search } of put) {
      const entry = find({
        ...search,
        kind,
        categoryIds: categoryIds.map((id) => id.replaceAll(BETWEEN, '')),
      });
      nameOrders.push(entry.nameOrder);
      lexemes.push(entry.lexemes.join(BETWEEN));
    }
    await sql(em, INSERT, [
      provider,
      BETWEEN,
      put.map(({ id }) => id),
      nameOrders,
      put.map(({ search }) => search.addedAt),
      lexemes,
    ]);
  }

  async remove(em: SqlEntityManager, provider: ProviderId, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql(em, REMOVE, [provider, textArray(ids)]);
  }
}
