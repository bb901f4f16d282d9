import type { ProviderId } from '@catalogue-sync/contracts';
import {
  numberOfSection,
  sectionOfNumber,
  type Section,
  type StoredSegment,
} from '@catalogue-sync/snapshot-format';
import type { ReadQuery } from '../database/read-only-database.js';

/** Segments read at a time: about a megabyte. */
const SEGMENTS_PER_READ = 64;

const COLUMNS = 'm.section, m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes, s.data';

const OF_VERSION = `
  select ${COLUMNS}
    from snapshot.v_snapshot_segment m join snapshot.v_segment s using (provider_id, hash)
   where m.provider_id = $1 and m.version = $2 and (m.section, m.category, m.part) > ($3::smallint, $4, $5::int)
   order by m.section, m.category, m.part limit ${SEGMENTS_PER_READ}`;

const OF_CATEGORY = `
  select ${COLUMNS}
    from snapshot.v_snapshot_segment m join snapshot.v_segment s using (provider_id, hash)
   where m.provider_id = $1 and m.version = $2 and m.section = $3::smallint and m.category = $4 and m.part > $5::int
   order by m.part limit ${SEGMENTS_PER_READ}`;

// A segment is named by its content: what both versions have needs no look, wherever in them it stands.
const NOT_IN_OTHER = `
    from snapshot.v_snapshot_segment m
   where m.provider_id = $1 and m.version = $2 and m.section = any($4::smallint[])
     and not exists (select from snapshot.v_snapshot_segment o where o.provider_id = $1 and o.version = $3 and o.hash = m.hash)`;
const COUNT_NOT_IN_OTHER = `select coalesce(sum(m.item_count), 0)::int as items ${NOT_IN_OTHER}`;
const DECLARE_NOT_IN_OTHER = `
  declare differing no scroll cursor for
  select m.section, m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes,
         (select s.data from snapshot.v_segment s where s.provider_id = m.provider_id and s.hash = m.hash) as data
  ${NOT_IN_OTHER}`;

interface SegmentRow {
  section: number;
  category: string;
  part: number;
  crc32: number;
  plain_bytes: number;
  gzip_bytes: number;
  data: Buffer;
}

/** A version's segments in document order, a few at a time. */
export async function* segmentsOf(
  query: ReadQuery,
  provider: ProviderId,
  version: number,
): AsyncGenerator<StoredSegment> {
  let after: readonly [number, string, number] = [-1, '', 0];
  for (;;) {
    const rows = await query<SegmentRow>(OF_VERSION, [provider, version, ...after]);
    yield* rows.map(storedSegment);
    const last = rows.at(-1);
    if (last === undefined || rows.length < SEGMENTS_PER_READ) return;
    after = [last.section, last.category, last.part];
  }
}

/** The parts of one category of a section, in order; '' for what stands in no category. */
export async function* segmentsOfCategory(
  query: ReadQuery,
  provider: ProviderId,
  version: number,
  section: Section,
  category: string,
): AsyncGenerator<StoredSegment> {
  let after = -1;
  for (;;) {
    const rows = await query<SegmentRow>(OF_CATEGORY, [
      provider,
      version,
      numberOfSection(section),
      category,
      after,
    ]);
    yield* rows.map(storedSegment);
    const last = rows.at(-1);
    if (last === undefined || rows.length < SEGMENTS_PER_READ) return;
    after = last.part;
  }
}

/** Two kept versions of a provider, and the sections that are looked at. */
export interface SegmentDifference {
  provider: ProviderId;
  version: number;
  /** Segments that this version has too are left out. */
  other: number;
  sections: readonly Section[];
}

/** The segments that one version has and the other has not, in any order, some at a time. One such walk at a time in a transaction. */
export async function* differingSegments(
  query: ReadQuery,
  difference: SegmentDifference,
): AsyncGenerator<StoredSegment[]> {
  await query(DECLARE_NOT_IN_OTHER, parameters(difference));
  for (;;) {
    const rows = await query<SegmentRow>(`fetch ${SEGMENTS_PER_READ} from differing`, []);
    yield rows.map(storedSegment);
    if (rows.length < SEGMENTS_PER_READ) break;
  }
  await query('close differing', []);
}

/** How many entries those segments hold. */
export async function countDiffering(query: ReadQuery, difference: SegmentDifference): Promise<number> {
  const [row] = await query<{ items: number }>(COUNT_NOT_IN_OTHER, parameters(difference));
  return row?.items ?? 0;
}

function parameters({ provider, version, other, sections }: SegmentDifference): unknown[] {
  return [provider, version, other, sections.map(numberOfSection)];
}

function storedSegment(row: SegmentRow): StoredSegment {
  return {
    section: sectionOfNumber(row.section),
    category: row.category,
    part: row.part,
    crc32: row.crc32,
    plainBytes: row.plain_bytes,
    gzipBytes: row.gzip_bytes,
    data: row.data,
  };
}
