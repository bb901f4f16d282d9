import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { openSegment, sectionOfNumber, type Section } from '@catalogue-sync/snapshot-format';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { GzipJson } from './gzip-json.js';

const PAGE = `
  select section, category, part, encode(hash, 'hex') as hash, plain_bytes, gzip_bytes, item_count
    from snapshot.v_snapshot_segment
   where provider_id = $1 and version = $2 and (section, category, part) > ($3::smallint, $4, $5::int)
   order by section, category, part limit $6`;

// Bytes that belong to no version yet are not served: they may never come to belong to one.
const SEGMENT = `
  select m.section, m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes, s.data
    from snapshot.v_segment s
   cross join lateral (
     select * from snapshot.v_snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash limit 1) m
   where s.provider_id = $1 and s.hash = decode($2, 'hex')`;

/** Where a page of a manifest ended: section number, category, part. */
export type ManifestPlace = readonly [section: number, category: string, part: number];

/** A segment as the manifest tells it. */
export interface ManifestEntry {
  place: ManifestPlace;
  section: Section;
  /** SHA-256 of the plain text, hexadecimal. */
  hash: string;
  plainBytes: number;
  gzipBytes: number;
  itemCount: number;
}

/** A segment as a JSON array, in both forms. */
export interface SegmentBody {
  gzip(): Buffer;
  plain(): Buffer;
}

interface ManifestRow {
  section: number;
  category: string;
  part: number;
  hash: string;
  plain_bytes: number;
  gzip_bytes: number;
  item_count: number;
}

interface SegmentRow extends Omit<ManifestRow, 'hash' | 'item_count'> {
  crc32: number;
  data: Buffer;
}

/** Manifests and single segments, read from the views of the snapshot service. */
@Injectable()
export class ManifestStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Up to `limit` segments in document order, from the start or behind a place. */
  async page(
    provider: ProviderId,
    version: number,
    after: ManifestPlace | undefined,
    limit: number,
  ): Promise<ManifestEntry[]> {
    const place = after ?? [-1, '', 0];
    const rows = await this.database.query<ManifestRow>(PAGE, [provider, version, ...place, limit]);
    return rows.map((row) => ({
      place: [row.section, row.category, row.part],
      section: sectionOfNumber(row.section),
      hash: row.hash,
      plainBytes: row.plain_bytes,
      gzipBytes: row.gzip_bytes,
      itemCount: row.item_count,
    }));
  }

  /** Undefined when no kept version has it. `hash` in hexadecimal. */
  async segment(provider: ProviderId, hash: string): Promise<SegmentBody | undefined> {
    const [row] = await this.database.query<SegmentRow>(SEGMENT, [provider, hash]);
    if (row === undefined) return undefined;
    const segment = {
      section: sectionOfNumber(row.section),
      category: row.category,
      part: row.part,
      crc32: row.crc32,
      plainBytes: row.plain_bytes,
      gzipBytes: row.gzip_bytes,
      data: row.data,
    };
    return {
      gzip: () => {
        const json = new GzipJson();
        return Buffer.concat([
          json.start(),
          json.text('['),
          json.segment(segment),
          json.text(']'),
          json.end(),
        ]);
      },
      plain: () => Buffer.concat([Buffer.from('['), openSegment(segment), Buffer.from(']')]),
    };
  }
}
