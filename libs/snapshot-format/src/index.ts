export {
  SECTIONS,
  SECTIONS_OF_KIND,
  isIndexSection,
  kindOfSection,
  numberOfSection,
  sectionOfNumber,
  type Section,
} from './section.js';
export {
  DEFAULT_LEVEL,
  buildSegment,
  openSegment,
  type SegmentAddress,
  type SegmentContent,
  type SegmentSummary,
  type StoredSegment,
} from './segment.js';
export {
  IDS_PER_SEGMENT,
  ITEMS_PER_SEGMENT,
  SLOTS,
  choosePartCount,
  partOfSlot,
  slotOf,
  slotsOfPart,
} from './split.js';
export { joinedValues } from './joined-values.js';
export { idOfEntry } from './entry-id.js';
export { patchEntries, type PatchedEntries } from './patch-entries.js';
export { crc32Combine } from './crc32-combine.js';
export { FINAL_BLOCK, GZIP_HEADER, gzipTrailer, storedBlocks } from './gzip-frame.js';
export { headText, type DocumentHead } from './document-head.js';
export { compareAddresses, joinSegments, measureBody, type BodyTotals } from './document-body.js';
export { documentSize, gzipDocument, plainDocument, type SegmentSource } from './assemble.js';
