import { Injectable } from '@nestjs/common';
import type { CatalogueItem, ItemKind } from '@catalogue-sync/contracts';
import {
  SECTIONS_OF_KIND,
  joinedValues,
  numberOfSection,
  openSegment,
  type Section,
  type StoredSegment,
} from '@catalogue-sync/snapshot-format';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { prunedVersion } from '../snapshots/pruned-version.js';
import { findVersion } from '../snapshots/snapshot.store.js';
import { segmentsOfCategory } from '../snapshots/stored-segments.js';
import type { SnapshotVersion } from '../snapshots/snapshot-version.js';

/** Segments read at a time: some 2,000 items, half a megabyte. */
const SEGMENTS_PER_READ = 32;
/** Items of a category that stand in another one first, read at a time. */
const ITEMS_PER_READ = 500;

const OF_SECTION = `
  select m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes, s.data
    from snapshot.v_snapshot_segment m join snapshot.v_segment s using (provider_id, hash)
   where m.provider_id = $1 and m.version = $2 and m.section = $3::smallint and (m.category, m.part) > ($4, $5::int)
   order by m.category, m.part limit ${SEGMENTS_PER_READ}`;
const BY_IDS =
  'select payload from snapshot.v_item where provider_id = $1 and item_id = any($2::text[]) order by item_id';

interface SegmentRow {
  category: string;
  part: number;
  crc32: number;
  plain_bytes: number;
  gzip_bytes: number;
  data: Buffer;
}

/**
 * The items of a version, one after another, however many there are: memory holds some segments, and no connection is held while a slow player
 * reads.
 */
@Injectable()
export class ListedItems {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** In the order of the document. Throws `snapshot-pruned` when the version went meanwhile: a list is never cut in silence. */
  async *all(version: SnapshotVersion, kind: ItemKind): AsyncGenerator<CatalogueItem> {
    const section = SECTIONS_OF_KIND[kind].items;
    let after: readonly [string, number] = ['', -1];
    for (;;) {
      const rows = await this.database.query<SegmentRow>(OF_SECTION, [
        version.providerId,
        version.version,
        numberOfSection(section),
        ...after,
      ]);
      for (const row of rows) yield* itemsOf(storedSegment(section, row));
      const last = rows.at(-1);
      if (last === undefined || rows.length < SEGMENTS_PER_READ) break;
      after = [last.category, last.part];
    }
    await this.assertKept(version);
  }

  /** Those of one category, also where it is not their first one; of none for "". Throws `snapshot-pruned`. */
  async *ofCategory(
    version: SnapshotVersion,
    kind: ItemKind,
    category: string,
  ): AsyncGenerator<CatalogueItem> {
    const { items, index } = SECTIONS_OF_KIND[kind];
    const { providerId, version: number } = version;
    const seen = new Set<string>();
    for await (const segment of segmentsOfCategory(this.database.query, providerId, number, items, category))
      for (const item of itemsOf(segment)) {
        seen.add(item.id);
        yield item;
      }
    let others: string[] = [];
    if (category !== '')
      for await (const segment of segmentsOfCategory(
        this.database.query,
        providerId,
        number,
        index,
        category,
      )) {
        for (const json of joinedValues(openSegment(segment))) {
          const id = JSON.parse(json.toString()) as string;
          if (!seen.has(id)) others.push(id);
          if (others.length < ITEMS_PER_READ) continue;
          yield* this.byIds(version, others);
          others = [];
        }
      }
    yield* this.byIds(version, others);
    await this.assertKept(version);
  }

  private async *byIds(
    { providerId }: SnapshotVersion,
    ids: readonly string[],
  ): AsyncGenerator<CatalogueItem> {
    if (ids.length === 0) return;
    const rows = await this.database.query<{ payload: string }>(BY_IDS, [providerId, ids]);
    for (const { payload } of rows) yield JSON.parse(payload) as CatalogueItem;
  }

  private async assertKept({ providerId, version }: SnapshotVersion): Promise<void> {
    if ((await findVersion(this.database.query, providerId, version)) === undefined)
      throw prunedVersion(providerId, version);
  }
}

function* itemsOf(segment: StoredSegment): Generator<CatalogueItem> {
  for (const json of joinedValues(openSegment(segment))) yield JSON.parse(json.toString()) as CatalogueItem;
}

function storedSegment(section: Section, row: SegmentRow): StoredSegment {
  const { category, part, crc32, data } = row;
  return { section, category, part, crc32, data, plainBytes: row.plain_bytes, gzipBytes: row.gzip_bytes };
}
