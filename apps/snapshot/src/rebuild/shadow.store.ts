import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, RebuildDifferences } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';

/** The name under which a catalogue that is folded anew stands beside the live one. No provider's id has a `~`. */
export function shadowOf(provider: ProviderId): ProviderId {
  return `${provider}~rebuild` as ProviderId;
}

/** Tables that hold the live catalogue and the one folded anew, side by side. */
export const SHADOWED_TABLES = [
  'category_listing',
  'projected_category',
  'projected_item',
  'searchable_item',
] as const;

/** Ids that a report names at most. */
const MAX_EXAMPLES = 100;

const COMPARE: readonly string[] = [
  `insert into rebuild_difference (provider_id, part, id, difference)
     select $1, 'item', item_id, case when l.provider_id is null then 'missing' when s.provider_id is null then 'surplus' else 'different' end
       from (select * from projected_item where provider_id = $1) l
       full join (select * from projected_item where provider_id = $2) s using (item_id)
      where l.provider_id is null or s.provider_id is null
         or (l.kind, l.category, l.more_categories, l.slot, l.payload)
            is distinct from (s.kind, s.category, s.more_categories, s.slot, s.payload)`,
  // A listing belongs to its item.
  `insert into rebuild_difference (provider_id, part, id, difference)
     select distinct $1, 'item', item_id, 'different'
       from (select * from category_listing where provider_id = $1) l
       full join (select * from category_listing where provider_id = $2) s using (item_id, kind, category, slot)
      where l.provider_id is null or s.provider_id is null
         on conflict do nothing`,
  `insert into rebuild_difference (provider_id, part, id, difference)
     select $1, 'category', category_id,
            case when l.provider_id is null then 'missing' when s.provider_id is null then 'surplus' else 'different' end
       from (select * from projected_category where provider_id = $1) l
       full join (select * from projected_category where provider_id = $2) s using (category_id)
      where l.provider_id is null or s.provider_id is null or (l.slot, l.payload) is distinct from (s.slot, s.payload)`,
  `insert into rebuild_difference (provider_id, part, id, difference)
     select $1, 'search', item_id, case when l.provider_id is null then 'missing' when s.provider_id is null then 'surplus' else 'different' end
       from (select * from searchable_item where provider_id = $1) l
       full join (select * from searchable_item where provider_id = $2) s using (item_id)
      where l.provider_id is null or s.provider_id is null
         or (l.name_order, l.added_at, l.lexemes) is distinct from (s.name_order, s.added_at, s.lexemes)`,
];

/** A catalogue folded anew, beside the live one. */
export class ShadowStore {
  /** Removes some of it; false when nothing is left. */
  async clearSome(em: SqlEntityManager, provider: ProviderId, rows: number): Promise<boolean> {
    for (const table of SHADOWED_TABLES) {
      const removed = await sql(
        em,
        `delete from ${table} where ctid = any (array (select ctid from ${table} where provider_id = $1 limit $2)) returning 1`,
        [shadowOf(provider), rows],
      );
      if (removed.length > 0) return true;
    }
    return false;
  }

  /** Notes, in the caller's transaction, where the live catalogue is not what was folded anew. */
  async compare(em: SqlEntityManager, provider: ProviderId): Promise<RebuildDifferences> {
    await sql(em, `delete from rebuild_difference where provider_id = $1`, [provider]);
    for (const statement of COMPARE) await sql(em, statement, [provider, shadowOf(provider)]);
    const counts = await sql<{ part: string; difference: string; n: number }>(
      em,
      `select part, difference, count(*)::int as n from rebuild_difference where provider_id = $1 group by part, difference`,
      [provider],
    );
    const examples = await sql<{ id: string }>(
      em,
      `select id from rebuild_difference where provider_id = $1 and part <> 'search' order by part desc, id limit $2`,
      [provider, MAX_EXAMPLES],
    );
    const count = (part: string, difference?: string) =>
      counts
        .filter((row) => row.part === part && (difference ?? row.difference) === row.difference)
        .reduce((sum, { n }) => sum + n, 0);
    const of = (part: string) => ({
      missing: count(part, 'missing'),
      surplus: count(part, 'surplus'),
      different: count(part, 'different'),
    });
    return {
      items: of('item'),
      categories: of('category'),
      searchRows: count('search'),
      examples: examples.map(({ id }) => id),
    };
  }

  /** Puts what was folded anew in the place of what differs, as `compare` noted it. Items count as they did in version `version`. */
  async takeOver(em: SqlEntityManager, provider: ProviderId, version: number): Promise<void> {
    const swap = async (table: string, key: string, part: string, more = '') => {
      const differing = `select id from rebuild_difference where provider_id = $1 and part = '${part}'`;
      await sql(em, `delete from ${table} where provider_id = $1 and ${key} in (${differing})`, [provider]);
      await sql(
        em,
        `update ${table} set provider_id = $1${more} where provider_id = $2 and ${key} in (${differing})`,
        [provider, shadowOf(provider)],
      );
    };
    await swap('projected_item', 'item_id', 'item', `, added_in = ${version}, updated_in = null`);
    await swap('category_listing', 'item_id', 'item');
    await swap('projected_category', 'category_id', 'category');
    await swap('searchable_item', 'item_id', 'search');
    await sql(em, `delete from rebuild_difference where provider_id = $1`, [provider]);
  }
}
