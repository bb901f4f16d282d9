import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobId, ProviderId, Scope } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { documentSize, type BodyTotals, type DocumentHead } from '@catalogue-sync/snapshot-format';
import { isoText } from '../store/iso-text.js';

/** A version about to become current. */
export interface NewVersion {
  head: DocumentHead;
  body: BodyTotals;
  jobId: JobId;
}

interface CurrentRow {
  version: number;
  as_of_seq: string;
  generated_at: string;
  confirmed_at: string;
  image_base_url: string | null;
  total_movies: number;
  total_series: number;
  total_channels: number;
  items_added: number;
  items_updated: number;
  items_removed: number;
  body_plain_bytes: string;
  body_gzip_bytes: string;
  body_crc32: string;
}

/** The versions of providers' snapshots. */
export class SnapshotStore {
  /** The database's time, as a document says it: ISO 8601 in whole milliseconds. */
  async now(em: SqlEntityManager): Promise<string> {
    const [row] = await sql<{ now: string }>(em, `select ${isoText('now()')} as now`);
    return row!.now;
  }

  /** Adds a version and makes it the current one. */
  async publish(
    em: SqlEntityManager,
    provider: ProviderId,
    { head, body, jobId }: NewVersion,
  ): Promise<void> {
    await sql(em, `update snapshot set current = false where provider_id = $1 and current`, [provider]);
    const size = documentSize(head, body);
    await sql(
      em,
      `insert into snapshot (provider_id, version, current, as_of_seq, job_id, generated_at, confirmed_at, incomplete_scopes, image_base_url,
                             total_movies, total_series, total_channels, items_added, items_updated, items_removed,
                             body_plain_bytes, body_gzip_bytes, body_crc32, plain_bytes, gzip_bytes)
         values ($1, $2, true, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        provider,
        head.snapshotVersion,
        head.asOfSeq,
        jobId,
        head.generatedAt,
        head.confirmedAt,
        head.incompleteScopes,
        head.imageBaseUrl ?? null,
        head.stats.totalMovies,
        head.stats.totalSeries,
        head.stats.totalChannels,
        head.stats.newItemsAdded,
        head.stats.itemsUpdated,
        head.stats.itemsRemoved,
        body.plainBytes,
        body.gzipBytes,
        body.crc32,
        size.plainBytes,
        size.gzipBytes,
      ],
    );
  }

  /**
   * Marks on the current version what a job without changes found: which scopes are incomplete now and, when `confirmedAt` is given, that
   * the catalogue is still so. Gives the version and its position; undefined before the first.
   */
  async confirm(
    em: SqlEntityManager,
    provider: ProviderId,
    incompleteScopes: Scope[],
    confirmedAt: string | undefined,
  ): Promise<{ version: number; asOfSeq: number } | undefined> {
    const [row] = await sql<CurrentRow>(
      em,
      `select version, as_of_seq, ${isoText('generated_at')} as generated_at, ${isoText('confirmed_at')} as confirmed_at, image_base_url,
              total_movies, total_series, total_channels, items_added, items_updated, items_removed,
              body_plain_bytes, body_gzip_bytes, body_crc32
         from snapshot where provider_id = $1 and current`,
      [provider],
    );
    if (row === undefined) return undefined;
    const confirmed = confirmedAt ?? row.confirmed_at;
    const size = documentSize(headOf(provider, row, confirmed, incompleteScopes), {
      plainBytes: Number(row.body_plain_bytes),
      gzipBytes: Number(row.body_gzip_bytes),
      crc32: Number(row.body_crc32),
    });
    await sql(
      em,
      `update snapshot set confirmed_at = $2, incomplete_scopes = $3, plain_bytes = $4, gzip_bytes = $5 where provider_id = $1 and current`,
      [provider, confirmed, incompleteScopes, size.plainBytes, size.gzipBytes],
    );
    return { version: row.version, asOfSeq: Number(row.as_of_seq) };
  }

  /** The versions that are kept, oldest first. */
  async kept(em: SqlEntityManager, provider: ProviderId): Promise<{ version: number; current: boolean }[]> {
    return sql(em, `select version, current from snapshot where provider_id = $1 order by version`, [
      provider,
    ]);
  }

  /** Has a kept version served in the place of the newest one; without one the newest is served. */
  async pin(em: SqlEntityManager, provider: ProviderId, version: number | undefined): Promise<void> {
    await sql(
      em,
      `update snapshot set pinned = false where provider_id = $1 and pinned and version is distinct from $2::int`,
      [provider, version ?? null],
    );
    if (version !== undefined)
      await sql(
        em,
        `update snapshot set pinned = true where provider_id = $1 and version = $2 and not pinned`,
        [provider, version],
      );
  }

  /** Removes versions before `oldest`, but the pinned one. Gives that one, where there is one. */
  async prune(em: SqlEntityManager, provider: ProviderId, oldest: number): Promise<number | undefined> {
    await sql(em, `delete from snapshot where provider_id = $1 and version < $2 and not pinned`, [
      provider,
      oldest,
    ]);
    const [row] = await sql<{ version: number }>(
      em,
      `select version from snapshot where provider_id = $1 and pinned`,
      [provider],
    );
    return row?.version;
  }
}

function headOf(
  provider: ProviderId,
  row: CurrentRow,
  confirmedAt: string,
  incompleteScopes: Scope[],
): DocumentHead {
  return {
    snapshotVersion: row.version,
    providerId: provider,
    generatedAt: row.generated_at,
    confirmedAt,
    asOfSeq: Number(row.as_of_seq),
    incompleteScopes,
    ...(row.image_base_url === null ? {} : { imageBaseUrl: row.image_base_url }),
    stats: {
      totalMovies: row.total_movies,
      totalSeries: row.total_series,
      totalChannels: row.total_channels,
      newItemsAdded: row.items_added,
      itemsUpdated: row.items_updated,
      itemsRemoved: row.items_removed,
    },
  };
}
