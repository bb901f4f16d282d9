import { crc32 } from 'node:zlib';
import { crc32Combine } from './crc32-combine.js';
import { storedBytes } from './gzip-frame.js';
import { SECTIONS, isIndexSection, numberOfSection, type Section } from './section.js';
import type { SegmentAddress, SegmentSummary } from './segment.js';

/** Sizes and checksum of everything behind the head. They depend on the manifest alone, and are stored with a version. */
export interface BodyTotals {
  plainBytes: number;
  /** Bytes as deflate blocks, without gzip's own header, final block and trailer. */
  gzipBytes: number;
  /** CRC-32 of the plain bytes, unsigned. */
  crc32: number;
}

const COMMA = Buffer.from(',');

/**
 * Finds the text between the segments of a document: brackets, keys and commas. Segments are told in manifest order, which is the order of
 * sections, then of categories by the bytes of their UTF-8, then of parts.
 */
export class BodyGlue {
  private previous: SegmentAddress | undefined;

  /** The text before `next`. Throws a RangeError when it does not come after the one before. */
  before(next: SegmentAddress): string {
    const previous = this.previous;
    if (previous !== undefined && compareAddresses(previous, next) >= 0)
      throw new RangeError(
        `Segments are out of order: ${addressText(next)} does not come after ${addressText(previous)}.`,
      );
    this.previous = { section: next.section, category: next.category, part: next.part };
    if (previous?.section === next.section) {
      if (!isIndexSection(next.section) || previous.category === next.category) return ',';
      return `],${JSON.stringify(next.category)}:[`;
    }
    const key = isIndexSection(next.section) ? `${JSON.stringify(next.category)}:[` : '';
    return between(previous?.section, next.section) + key;
  }

  /** The text behind the last segment. */
  end(): string {
    return `${between(this.previous?.section, undefined)}}`;
  }
}

/** Manifest order: negative when `a` stands before `b`. */
export function compareAddresses(a: SegmentAddress, b: SegmentAddress): number {
  return (
    numberOfSection(a.section) - numberOfSection(b.section) ||
    (a.category === b.category ? 0 : Buffer.compare(Buffer.from(a.category), Buffer.from(b.category))) ||
    a.part - b.part
  );
}

/** Closes `from`, writes the empty sections between, and opens `to` (the end of the document when absent). */
function between(from: Section | undefined, to: Section | undefined): string {
  const start = from === undefined ? 0 : numberOfSection(from) + 1;
  const end = to === undefined ? SECTIONS.length : numberOfSection(to);
  let text = from === undefined ? '' : close(from, true);
  for (const section of SECTIONS.slice(start, end))
    text += `${comma(section)}${open(section)}${close(section, false)}`;
  return to === undefined ? text : `${text}${comma(to)}${open(to)}`;
}

function comma(section: Section): string {
  return section === SECTIONS[0] ? '' : ',';
}

function open(section: Section): string {
  return `"${section}":${isIndexSection(section) ? '{' : '['}`;
}

function close(section: Section, hasContent: boolean): string {
  if (!isIndexSection(section)) return ']';
  return hasContent ? ']}' : '}';
}

function addressText(address: SegmentAddress): string {
  return `${address.section}/${address.category}/${address.part}`;
}

/** Adds up a body piece by piece. */
export class BodyMeter {
  private plainBytes = 0;
  private gzipBytes = 0;
  private crc = 0;

  addText(text: Uint8Array): void {
    this.plainBytes += text.length;
    this.gzipBytes += storedBytes(text.length);
    this.crc = crc32(text, this.crc);
  }

  addSegment(segment: SegmentSummary): void {
    this.plainBytes += segment.plainBytes;
    this.gzipBytes += segment.gzipBytes;
    this.crc = crc32Combine(this.crc, segment.crc32, segment.plainBytes);
  }

  totals(): BodyTotals {
    return { plainBytes: this.plainBytes, gzipBytes: this.gzipBytes, crc32: this.crc };
  }
}

/** Sums up segments that follow each other in one group of one section, commas between them included: to `measureBody` they then are one. */
export function joinSegments(segments: readonly SegmentSummary[]): BodyTotals {
  const meter = new BodyMeter();
  for (const [index, segment] of segments.entries()) {
    if (index > 0) meter.addText(COMMA);
    meter.addSegment(segment);
  }
  return meter.totals();
}

/** The totals of a manifest, told in its order. */
export function measureBody(manifest: Iterable<SegmentSummary>): BodyTotals {
  const glue = new BodyGlue();
  const meter = new BodyMeter();
  for (const segment of manifest) {
    meter.addText(Buffer.from(glue.before(segment)));
    meter.addSegment(segment);
  }
  meter.addText(Buffer.from(glue.end()));
  return meter.totals();
}
