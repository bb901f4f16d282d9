import { Injectable } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, type ProviderId } from '@catalogue-sync/contracts';
import { gzipDocument, sectionOfNumber, type StoredSegment } from '@catalogue-sync/snapshot-format';
import { ReadOnlyDatabase, type ReadQuery } from '../database/read-only-database.js';
import { SnapshotVersion, type SnapshotRow } from './snapshot-version.js';

/** Segments read at a time: about a megabyte. */
const SEGMENTS_PER_READ = 64;

const VERSION_COLUMNS = `provider_id, version, current, as_of_seq, generated_at, confirmed_at, incomplete_scopes, image_base_url,
  total_movies, total_series, total_channels, items_added, items_updated, items_removed,
  body_plain_bytes, body_gzip_bytes, body_crc32`;
const ALL_VERSIONS = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 order by version desc`;
const CURRENT_VERSION = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 and current`;
const ONE_VERSION = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 and version = $2`;
const SEGMENTS = `
  select m.section, m.category, m.part, m.crc32, m.plain_bytes, m.gzip_bytes, s.data
    from snapshot.v_snapshot_segment m join snapshot.v_segment s using (provider_id, hash)
   where m.provider_id = $1 and m.version = $2 and (m.section, m.category, m.part) > ($3::smallint, $4, $5::int)
   order by m.section, m.category, m.part limit ${SEGMENTS_PER_READ}`;

interface SegmentRow {
  section: number;
  category: string;
  part: number;
  crc32: number;
  plain_bytes: number;
  gzip_bytes: number;
  data: Buffer;
}

/** Takes a document as it is read. */
export interface DocumentSink {
  /** Called once, before the first chunk: the version as the chunks will have it. */
  begin(version: SnapshotVersion): void;
  write(chunk: Buffer): Promise<void>;
}

/** The kept snapshots, read from the views of the snapshot service. */
@Injectable()
export class SnapshotStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Newest first. */
  async versions(provider: ProviderId): Promise<SnapshotVersion[]> {
    const rows = await this.database.query<SnapshotRow>(ALL_VERSIONS, [provider]);
    return rows.map((row) => new SnapshotVersion(row));
  }

  /** The given version, or the current one. */
  find(provider: ProviderId, version?: number): Promise<SnapshotVersion | undefined> {
    return findVersion(this.database.query, provider, version);
  }

  /** Whether the provider was deleted and its catalogue purged. */
  async isDeleted(provider: ProviderId): Promise<boolean> {
    const [row] = await this.database.query<{ state: string }>(
      'select state from snapshot.v_projection where provider_id = $1',
      [provider],
    );
    return row?.state === 'deleted';
  }

  /**
   * Reads the gzip form of a version into the sink, in one state of the database: a version that is pruned meanwhile is read to its end.
   * Throws `snapshot-not-found` before the sink is begun when the version is gone.
   */
  async readDocument(provider: ProviderId, version: number, sink: DocumentSink): Promise<void> {
    await this.database.readSnapshot(async (query) => {
      const found = await findVersion(query, provider, version);
      if (found === undefined)
        throw new CatalogueSyncError(
          ERROR_CODE.snapshotNotFound,
          `Version ${version} has just been replaced. Ask again for the current one.`,
        );
      sink.begin(found);
      for await (const chunk of gzipDocument(found.head, segmentsOf(query, found), found.body))
        await sink.write(chunk);
    });
  }
}

async function findVersion(
  query: ReadQuery,
  provider: ProviderId,
  version: number | undefined,
): Promise<SnapshotVersion | undefined> {
  const [row] =
    version === undefined
      ? await query<SnapshotRow>(CURRENT_VERSION, [provider])
      : await query<SnapshotRow>(ONE_VERSION, [provider, version]);
  return row === undefined ? undefined : new SnapshotVersion(row);
}

/** The version's segments in document order, read by key a few at a time. */
async function* segmentsOf(query: ReadQuery, version: SnapshotVersion): AsyncGenerator<StoredSegment> {
  let after: readonly [number, string, number] = [-1, '', 0];
  for (;;) {
    const rows = await query<SegmentRow>(SEGMENTS, [version.providerId, version.version, ...after]);
    for (const row of rows)
      yield {
        section: sectionOfNumber(row.section),
        category: row.category,
        part: row.part,
        crc32: row.crc32,
        plainBytes: row.plain_bytes,
        gzipBytes: row.gzip_bytes,
        data: row.data,
      };
    const last = rows.at(-1);
    if (last === undefined || rows.length < SEGMENTS_PER_READ) return;
    after = [last.section, last.category, last.part];
  }
}
