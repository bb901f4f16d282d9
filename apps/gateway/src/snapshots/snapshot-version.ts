import type { ProviderId, Scope, SnapshotVersionView } from '@catalogue-sync/contracts';
import { documentSize, type BodyTotals, type DocumentHead } from '@catalogue-sync/snapshot-format';
import type { ContentCoding } from '../http/content-negotiation.js';

/** A row of `snapshot.v_snapshot`; bigint columns are read as numbers. */
export interface SnapshotRow {
  provider_id: string;
  version: number;
  current: boolean;
  pinned: boolean;
  as_of_seq: number;
  generated_at: Date;
  confirmed_at: Date;
  incomplete_scopes: Scope[];
  image_base_url: string | null;
  total_movies: number;
  total_series: number;
  total_channels: number;
  items_added: number;
  items_updated: number;
  items_removed: number;
  body_plain_bytes: number;
  body_gzip_bytes: number;
  body_crc32: number;
}

/** One kept version: what listings show of it, and all that its document needs beside its segments. */
export class SnapshotVersion {
  readonly providerId: ProviderId;
  readonly version: number;
  /** Names the document's exact content: its head moves with every confirmation, and with a pin, while the version stays. */
  readonly key: string;
  /**
   * Names what is in the version, and whether it is pinned; confirmations leave it as it is. A version that is made anew after a backup was restored may have
   * the number of another one: so the time it was made at is in it.
   */
  readonly contentKey: string;
  readonly head: DocumentHead;
  readonly body: BodyTotals;
  readonly current: boolean;
  readonly pinned: boolean;
  /** Where it stands in the log, pinned or not. */
  readonly position: number;
  private readonly size: { plainBytes: number; gzipBytes: number };

  constructor(private readonly row: SnapshotRow) {
    this.providerId = row.provider_id as ProviderId;
    this.version = row.version;
    this.current = row.current;
    this.pinned = row.pinned;
    this.position = row.as_of_seq;
    const pinMark = row.pinned ? '-pinned' : '';
    this.key = `${row.provider_id}-${row.version}-${row.confirmed_at.getTime()}${pinMark}`;
    this.contentKey = `${row.provider_id}-${row.version}-${row.generated_at.getTime()}${pinMark}`;
    this.head = {
      snapshotVersion: row.version,
      providerId: row.provider_id,
      generatedAt: row.generated_at.toISOString(),
      confirmedAt: row.confirmed_at.toISOString(),
      // What follows a pinned version is what it is to hide: there is no position to tail from.
      ...(row.pinned ? { pinned: true as const, asOfSeq: null } : { asOfSeq: row.as_of_seq }),
      incompleteScopes: row.incomplete_scopes,
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
    this.body = {
      plainBytes: row.body_plain_bytes,
      gzipBytes: row.body_gzip_bytes,
      crc32: row.body_crc32,
    };
    this.size = documentSize(this.head, this.body);
  }

  /** The same as it is while it is pinned, or while it is not. */
  whilePinned(pinned: boolean): SnapshotVersion {
    return pinned === this.pinned ? this : new SnapshotVersion({ ...this.row, pinned });
  }

  /** Exact bytes of the whole document in that form. */
  bytes(coding: ContentCoding): number {
    return coding === 'gzip' ? this.size.gzipBytes : this.size.plainBytes;
  }

  view(): SnapshotVersionView {
    return {
      version: this.version,
      current: this.current,
      pinned: this.pinned,
      asOfSeq: this.head.asOfSeq,
      generatedAt: this.head.generatedAt,
      confirmedAt: this.head.confirmedAt,
      incompleteScopes: this.head.incompleteScopes,
      stats: this.head.stats,
      compressedBytes: this.size.gzipBytes,
      plainBytes: this.size.plainBytes,
    };
  }
}
