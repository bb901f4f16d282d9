import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import {
  SECTIONS_OF_KIND,
  compareAddresses,
  numberOfSection,
  sectionOfNumber,
  type Section,
} from '@catalogue-sync/snapshot-format';
import type { DirtyGroup } from '../store/dirty-segment.store.js';

interface CountRow {
  kind: ItemKind;
  category: string;
  entries: number;
}

/**
 * Every group of the catalogue that stands under `source`, with all of its parts, and those of `provider`'s manifest that have no entries any
 * more: what a manifest is built anew from. In manifest order.
 */
export async function allGroups(
  em: SqlEntityManager,
  provider: ProviderId,
  source: ProviderId,
): Promise<DirtyGroup[]> {
  const count = (table: string) =>
    sql<CountRow>(
      em,
      `select kind, category, count(*)::int as entries from ${table} where provider_id = $1 group by kind, category`,
      [source],
    );
  const [items, listed] = [await count('projected_item'), await count('category_listing')];
  const [categories] = await sql<{ entries: number }>(
    em,
    `select count(*)::int as entries from projected_category where provider_id = $1`,
    [source],
  );
  const cut = await sql<{ section: number; category: string; parts: number }>(
    em,
    `select section, category, parts from segment_group where provider_id = $1`,
    [provider],
  );
  const groups = new Map<string, DirtyGroup>();
  for (const { section, category, parts } of cut)
    groups.set(`${section} ${category}`, {
      section: sectionOfNumber(section),
      category,
      parts,
      dirtyParts: Array.from({ length: parts }, (_, part) => ({ part })),
      count: 0,
    });
  const add = (section: Section, category: string, entries: number) => {
    const key = `${numberOfSection(section)} ${category}`;
    const group = groups.get(key) ?? { section, category, parts: undefined, dirtyParts: [], count: 0 };
    groups.set(key, { ...group, count: group.count + entries });
  };
  for (const { kind, category, entries } of items) {
    add(SECTIONS_OF_KIND[kind].items, category, entries);
    if (category !== '') add(SECTIONS_OF_KIND[kind].index, category, entries);
  }
  for (const { kind, category, entries } of listed) add(SECTIONS_OF_KIND[kind].index, category, entries);
  if (categories !== undefined && categories.entries > 0) add('categories', '', categories.entries);
  return [...groups.values()].toSorted((a, b) => compareAddresses({ ...a, part: 0 }, { ...b, part: 0 }));
}
