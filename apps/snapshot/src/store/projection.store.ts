import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { copyIn, copyRows, int, isOneOf, sql, textArray } from '@catalogue-sync/persistence';
import type { CategoryRow, FoldPlan, ItemRow, KnownItem } from '../fold/plan-fold.js';
import { SearchableItemStore } from './searchable-item.store.js';

interface KnownItemRow {
  item_id: string;
  kind: ItemKind;
  category: string;
  more_categories: string | null;
  added_in: number;
  updated_in: number | null;
}

/** The catalogue as folded so far, and what its items are found by. All methods work on the caller's transaction. */
export class ProjectionStore {
  private readonly searchable = new SearchableItemStore();

  /** Which of the items are there, without their payload. */
  async knownItems(
    em: SqlEntityManager,
    provider: ProviderId,
    ids: readonly string[],
  ): Promise<Map<string, KnownItem>> {
    if (ids.length === 0) return new Map();
    const rows = await sql<KnownItemRow>(
      em,
      `select item_id, kind, category, more_categories, added_in, updated_in
         from projected_item where provider_id = $1 and ${isOneOf('item_id', '$2')}`,
      [provider, textArray(ids)],
    );
    return new Map(rows.map((row) => [row.item_id, knownItem(row)]));
  }

  async knownCategories(
    em: SqlEntityManager,
    provider: ProviderId,
    ids: readonly string[],
  ): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await sql<{ category_id: string }>(
      em,
      `select category_id from projected_category where provider_id = $1 and ${isOneOf('category_id', '$2')}`,
      [provider, ids],
    );
    return new Set(rows.map((row) => row.category_id));
  }

  /** Brings the projection to where the plan leads. `foundAs` is the provider that its items are found by, where it is another name. */
  async apply(em: SqlEntityManager, provider: ProviderId, plan: FoldPlan, foundAs = provider): Promise<void> {
    await this.removeItems(em, provider, plan.items.gone);
    await this.insertItems(em, provider, plan.items.put);
    await this.searchable.insert(em, provider, plan.items.put, foundAs);
    if (plan.categories.gone.length > 0)
      await sql(
        em,
        `delete from projected_category where provider_id = $1 and ${isOneOf('category_id', '$2')}`,
        [provider, plan.categories.gone],
      );
    await this.insertCategories(em, provider, plan.categories.put);
  }

  private async removeItems(
    em: SqlEntityManager,
    provider: ProviderId,
    gone: FoldPlan['items']['gone'],
  ): Promise<void> {
    if (gone.length === 0) return;
    const ids = gone.map(({ id }) => id);
    await sql(em, `delete from projected_item where provider_id = $1 and ${isOneOf('item_id', '$2')}`, [
      provider,
      textArray(ids),
    ]);
    await this.searchable.remove(em, provider, ids);
    const listings = gone.flatMap(({ id, slot, item }) =>
      item.categoryIds.slice(1).map((category) => ({ kind: item.kind, category, slot, id })),
    );
    if (listings.length === 0) return;
    await sql(
      em,
      // Listing by listing through their key: in a join the planner may read all of the provider's.
      `delete from category_listing where ctid = any(array(
         select found.ctid from unnest($2::text[], $3::text[], $4::int[], $5::text[]) as g (kind, category, slot, item_id)
          cross join lateral (select l.ctid from category_listing l
                               where l.provider_id = $1 and l.kind = g.kind and l.category = g.category and l.slot = g.slot
                                 and l.item_id = g.item_id offset 0) found))`,
      [
        provider,
        listings.map(({ kind }) => kind),
        listings.map(({ category }) => category),
        listings.map(({ slot }) => slot),
        listings.map(({ id }) => id),
      ],
    );
  }

  private async insertItems(
    em: SqlEntityManager,
    provider: ProviderId,
    put: readonly ItemRow[],
  ): Promise<void> {
    if (put.length === 0) return;
    await copyIn(
      em,
      `copy projected_item (provider_id, item_id, kind, category, more_categories, slot, added_in, updated_in, payload)
         from stdin (format binary)`,
      copyRows(put.map((item) => itemFields(provider, item))),
    );
    const listings = put.flatMap((item) =>
      item.categoryIds.slice(1).map((category) => [provider, item.kind, category, int(item.slot), item.id]),
    );
    if (listings.length > 0)
      await copyIn(
        em,
        `copy category_listing (provider_id, kind, category, slot, item_id) from stdin (format binary)`,
        copyRows(listings),
      );
  }

  private async insertCategories(
    em: SqlEntityManager,
    provider: ProviderId,
    put: readonly CategoryRow[],
  ): Promise<void> {
    if (put.length === 0) return;
    await copyIn(
      em,
      `copy projected_category (provider_id, category_id, slot, payload) from stdin (format binary)`,
      copyRows(put.map(({ id, slot, payload }) => [provider, id, int(slot), payload])),
    );
  }
}

function itemFields(provider: ProviderId, item: ItemRow) {
  const [primary = '', ...more] = item.categoryIds;
  return [
    provider,
    item.id,
    item.kind,
    primary,
    more.length === 0 ? null : JSON.stringify(more),
    int(item.slot),
    int(item.addedIn),
    item.updatedIn === undefined ? null : int(item.updatedIn),
    item.payload,
  ];
}

function knownItem(row: KnownItemRow): KnownItem {
  const more = row.more_categories === null ? [] : (JSON.parse(row.more_categories) as string[]);
  return {
    kind: row.kind,
    categoryIds: row.category === '' ? [] : [row.category, ...more],
    addedIn: row.added_in,
    updatedIn: row.updated_in ?? undefined,
  };
}
