import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { ReadOnlyDatabase, type ReadQuery } from '../database/read-only-database.js';
import { SnapshotVersion, type SnapshotRow } from './snapshot-version.js';

const VERSION_COLUMNS = `provider_id, version, current, pinned, as_of_seq, generated_at, confirmed_at, incomplete_scopes, image_base_url,
  total_movies, total_series, total_channels, items_added, items_updated, items_removed,
  body_plain_bytes, body_gzip_bytes, body_crc32`;
const ALL_VERSIONS = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 order by version desc`;
const SERVED_VERSION = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 and (current or pinned) order by pinned desc limit 1`;
const ONE_VERSION = `select ${VERSION_COLUMNS} from snapshot.v_snapshot where provider_id = $1 and version = $2`;

/** The kept snapshots, read from the views of the snapshot service. */
@Injectable()
export class SnapshotStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /** Newest first. */
  async versions(provider: ProviderId): Promise<SnapshotVersion[]> {
    const rows = await this.database.query<SnapshotRow>(ALL_VERSIONS, [provider]);
    return rows.map((row) => new SnapshotVersion(row));
  }

  /** The given version, or the one that is served: the pinned one, else the current one. */
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
}

/** The given version, or the one that is served, as the query's transaction sees it. */
export async function findVersion(
  query: ReadQuery,
  provider: ProviderId,
  version: number | undefined,
): Promise<SnapshotVersion | undefined> {
  const [row] =
    version === undefined
      ? await query<SnapshotRow>(SERVED_VERSION, [provider])
      : await query<SnapshotRow>(ONE_VERSION, [provider, version]);
  return row === undefined ? undefined : new SnapshotVersion(row);
}
