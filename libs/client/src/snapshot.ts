import type { CatalogueCategory, CatalogueItem, SnapshotDocument } from '#contracts';

/** What a snapshot says of itself. */
export interface SnapshotHead {
  snapshotVersion: number;
  /** The event position: tail from the next one. Null while an operator has pinned the version: then there is nothing to tail from. */
  asOfSeq: number | null;
  generatedAt?: string;
  confirmedAt?: string;
  pinned?: boolean;
  /** Scopes whose last run was not complete: their items may be stale. */
  incompleteScopes: SnapshotDocument['incompleteScopes'];
  /** Image paths of items are relative to it. */
  imageBaseUrl?: string;
  stats?: SnapshotDocument['stats'];
}

/** One category or item of a snapshot; all categories come before the first item. */
export type SnapshotEntry =
  | { type: 'category'; category: CatalogueCategory }
  | { type: 'item'; item: CatalogueItem };

/** A snapshot on its way in. */
export interface Snapshot extends SnapshotHead {
  /**
   * All entries, in the order of the document. They can be read once, and come in as fast as they are taken: nothing is gathered. Throws
   * UnreachableError when the document breaks off; what was read of it then is not a catalogue.
   */
  entries(): AsyncIterable<SnapshotEntry>;
  /** Lets the rest of the document go. Needed only where `entries` is not read to its end. */
  close(): Promise<void>;
}

/** A snapshot whose position is known, so that events can be folded over it. */
export type FoldableSnapshot = Snapshot & { asOfSeq: number };

export function isFoldable(snapshot: Snapshot): snapshot is FoldableSnapshot {
  return snapshot.asOfSeq !== null && snapshot.pinned !== true;
}

/** What a catalogue is before its first event. */
export function nothingYet(): FoldableSnapshot {
  return {
    snapshotVersion: 0,
    asOfSeq: 0,
    incompleteScopes: [],
    async *entries() {},
    close: () => Promise.resolve(),
  };
}
