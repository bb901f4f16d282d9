import { SNAPSHOT_FORMAT_VERSION, type SnapshotDocument } from '@catalogue-sync/contracts';
import type { Section } from './section.js';

/** What a document says before its segments. It is not stored as text: `confirmedAt` moves while the segments stay. */
export type DocumentHead = Omit<SnapshotDocument, Section | 'version'>;

/** The document's text up to its first section, in the key order of `SnapshotDocument`; absent fields are left out. */
export function headText(head: DocumentHead): Buffer {
  const ordered: Omit<SnapshotDocument, Section> = {
    version: SNAPSHOT_FORMAT_VERSION,
    snapshotVersion: head.snapshotVersion,
    providerId: head.providerId,
    generatedAt: head.generatedAt,
    confirmedAt: head.confirmedAt,
    ...(head.pinned === undefined ? {} : { pinned: head.pinned }),
    asOfSeq: head.asOfSeq,
    incompleteScopes: head.incompleteScopes,
    ...(head.imageBaseUrl === undefined ? {} : { imageBaseUrl: head.imageBaseUrl }),
    stats: {
      totalMovies: head.stats.totalMovies,
      totalSeries: head.stats.totalSeries,
      totalChannels: head.stats.totalChannels,
      newItemsAdded: head.stats.newItemsAdded,
      itemsUpdated: head.stats.itemsUpdated,
      itemsRemoved: head.stats.itemsRemoved,
    },
  };
  return Buffer.from(`${JSON.stringify(ordered).slice(0, -1)},`);
}
