import type { CatalogueCategory, CatalogueItem } from './item.js';
import type { Scope } from './scope.js';

/** The format's own version, not the snapshot's. */
export const SNAPSHOT_FORMAT_VERSION = '1.0';

/** The whole catalogue of a provider at one position of its event log. */
export interface SnapshotDocument {
  version: typeof SNAPSHOT_FORMAT_VERSION;
  snapshotVersion: number;
  providerId: string;
  /** ISO 8601: when the version was sealed. */
  generatedAt: string;
  /** ISO 8601: when a sync last found nothing to change; at first the same as `generatedAt`. */
  confirmedAt: string;
  /** Present while an operator has this version served in the place of newer ones: wait for another version, do not tail. */
  pinned?: true;
  /** The event position: fold the events from `asOfSeq + 1` on to stay current. Null while the version is pinned. */
  asOfSeq: number | null;
  /** Scopes whose last run was not complete: their items may be stale. */
  incompleteScopes: Scope[];
  /** Item image paths are relative to it. Absent when items carry absolute URLs only. */
  imageBaseUrl?: string;
  stats: SnapshotStats;
  categories: CatalogueCategory[];
  movies: CatalogueItem[];
  series: CatalogueItem[];
  channels: CatalogueItem[];
  /** Category id to the ids of its items. */
  moviesByCategory: Record<string, string[]>;
  seriesByCategory: Record<string, string[]>;
  channelsByCategory: Record<string, string[]>;
}

export interface SnapshotStats {
  totalMovies: number;
  totalSeries: number;
  totalChannels: number;
  /** Changes since the version before. */
  newItemsAdded: number;
  itemsUpdated: number;
  itemsRemoved: number;
}

/** A kept version, as listings show it. */
export interface SnapshotVersionView {
  version: number;
  /** The newest one. */
  current: boolean;
  /** Served in the place of the newest one, until an operator lifts it. */
  pinned: boolean;
  /** Null while the version is pinned. */
  asOfSeq: number | null;
  generatedAt: string;
  confirmedAt: string;
  incompleteScopes: Scope[];
  stats: SnapshotStats;
  /** Bytes of the whole document. */
  compressedBytes: number;
  plainBytes: number;
}
