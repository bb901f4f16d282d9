import { Injectable } from '@nestjs/common';
import type { CatalogueCategory, ItemKind } from '@catalogue-sync/contracts';
import type { CategoryCountDto, ItemCountsDto } from '@catalogue-sync/contracts/rest';
import { joinedValues, kindOfSection, openSegment, sectionOfNumber } from '@catalogue-sync/snapshot-format';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { NO_CATEGORY } from '../snapshots/category-document.js';
import { prunedVersion } from '../snapshots/pruned-version.js';
import { findVersion } from '../snapshots/snapshot.store.js';
import type { SnapshotVersion } from '../snapshots/snapshot-version.js';
import { segmentsOfCategory } from '../snapshots/stored-segments.js';

/** The indexes of categories name every item of a category, in few segments; what is in none is named by no index. */
const COUNTS = `
  select section, category, sum(item_count)::int as items
    from snapshot.v_snapshot_segment
   where provider_id = $1 and version = $2
     and (section between 4 and 6 or category = '' and section between 1 and 3)
   group by section, category`;

interface CountRow {
  section: number;
  category: string;
  items: number;
}

/** The categories of a version, counted from its manifest: no item is looked at. */
@Injectable()
export class CategoryListStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** In the provider's order, then those it does not name. Throws `snapshot-pruned` when the version went meanwhile. */
  async read({ providerId, version }: SnapshotVersion): Promise<CategoryCountDto[]> {
    return this.database.readSnapshot(async (query) => {
      if ((await findVersion(query, providerId, version)) === undefined)
        throw prunedVersion(providerId, version);
      const rows = await query<CountRow>(COUNTS, [providerId, version]);
      const counts = countsByCategory(rows);
      const named: CatalogueCategory[] = [];
      for await (const segment of segmentsOfCategory(query, providerId, version, 'categories', ''))
        for (const json of joinedValues(openSegment(segment)))
          named.push(JSON.parse(json.toString()) as CatalogueCategory);
      named.sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || (a.id < b.id ? -1 : 1));
      const list = named.map((category) => ({
        id: category.id,
        category: { ...category },
        counts: counts.get(category.id) ?? noItems(),
      }));
      for (const { id } of list) counts.delete(id);
      return [...list, ...[...counts].map(([id, count]) => ({ id, counts: count }))];
    });
  }
}

function countsByCategory(rows: readonly CountRow[]): Map<string, ItemCountsDto> {
  const counts = new Map<string, ItemCountsDto>();
  for (const { section, category, items } of rows) {
    const id = category === '' ? NO_CATEGORY : category;
    const kind: ItemKind | undefined = kindOfSection(sectionOfNumber(section));
    if (kind !== undefined) counts.set(id, Object.assign(counts.get(id) ?? noItems(), { [kind]: items }));
  }
  return counts;
}

function noItems(): ItemCountsDto {
  return { channel: 0, movie: 0, series: 0 };
}
