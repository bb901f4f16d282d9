import { crc32 } from 'node:zlib';
import { crc32Combine } from './crc32-combine.js';
import { BodyGlue, BodyMeter, type BodyTotals } from './document-body.js';
import { headText, type DocumentHead } from './document-head.js';
import {
  FINAL_BLOCK,
  GZIP_HEADER,
  TRAILER_BYTES,
  gzipTrailer,
  storedBlocks,
  storedBytes,
} from './gzip-frame.js';
import { openSegment, type StoredSegment } from './segment.js';

/** Segments with their bytes, in manifest order. They are pulled one by one, as the reader of the document asks for more. */
export type SegmentSource = Iterable<StoredSegment> | AsyncIterable<StoredSegment>;

/** Small pieces are gathered to chunks of about this many bytes. */
const CHUNK_BYTES = 64 * 1024;

/** Exact bytes of the whole document in both forms, known before anything is read. */
export function documentSize(
  head: DocumentHead,
  body: BodyTotals,
): { plainBytes: number; gzipBytes: number } {
  const headBytes = headText(head).length;
  return {
    plainBytes: headBytes + body.plainBytes,
    gzipBytes:
      GZIP_HEADER.length + storedBytes(headBytes) + body.gzipBytes + FINAL_BLOCK.length + TRAILER_BYTES,
  };
}

/**
 * The document as one gzip member, without compressing anything: stored segments and the text between them.
 * Throws before the end when the segments are out of order or do not add up to `body`.
 */
export async function* gzipDocument(
  head: DocumentHead,
  segments: SegmentSource,
  body: BodyTotals,
): AsyncGenerator<Buffer, void, undefined> {
  const text = headText(head);
  const chunks = new Chunks();
  chunks.add(GZIP_HEADER);
  chunks.add(storedBlocks(text));
  const glue = new BodyGlue();
  const meter = new BodyMeter();
  for await (const segment of segments) {
    const before = Buffer.from(glue.before(segment));
    if (segment.data.length !== segment.gzipBytes) throw new Error('A stored segment has lost bytes.');
    meter.addText(before);
    meter.addSegment(segment);
    chunks.add(storedBlocks(before));
    chunks.add(segment.data);
    if (chunks.bytes >= CHUNK_BYTES) yield chunks.take();
  }
  const end = Buffer.from(glue.end());
  meter.addText(end);
  assertTotals(meter.totals(), body);
  chunks.add(storedBlocks(end));
  chunks.add(FINAL_BLOCK);
  chunks.add(
    gzipTrailer(crc32Combine(crc32(text), body.crc32, body.plainBytes), text.length + body.plainBytes),
  );
  yield chunks.take();
}

/** The document as plain JSON, inflating one segment at a time. Throws as `gzipDocument` does, and when a segment's content is damaged. */
export async function* plainDocument(
  head: DocumentHead,
  segments: SegmentSource,
  body: BodyTotals,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = new Chunks();
  chunks.add(headText(head));
  const glue = new BodyGlue();
  const meter = new BodyMeter();
  for await (const segment of segments) {
    const before = Buffer.from(glue.before(segment));
    meter.addText(before);
    meter.addSegment(segment);
    chunks.add(before);
    chunks.add(openSegment(segment));
    if (chunks.bytes >= CHUNK_BYTES) yield chunks.take();
  }
  const end = Buffer.from(glue.end());
  meter.addText(end);
  assertTotals(meter.totals(), body);
  chunks.add(end);
  yield chunks.take();
}

function assertTotals(found: BodyTotals, expected: BodyTotals): void {
  if (
    found.plainBytes !== expected.plainBytes ||
    found.gzipBytes !== expected.gzipBytes ||
    found.crc32 !== expected.crc32
  )
    throw new Error(
      `The segments do not add up to the document: ${found.plainBytes} bytes instead of ${expected.plainBytes}.`,
    );
}

/** Gathers small pieces. */
class Chunks {
  private pieces: Uint8Array[] = [];
  bytes = 0;

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
  }

  take(): Buffer {
    const chunk = Buffer.concat(this.pieces, this.bytes);
    this.pieces = [];
    this.bytes = 0;
    return chunk;
  }
}
