import { crc32 } from 'node:zlib';
import { crc32Combine, type StoredSegment } from '@catalogue-sync/snapshot-format';

/** RFC 1952: deflate, no name, no time, no operating system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** RFC 1951: an empty stored block that is marked as the last one. */
const FINAL_BLOCK = Buffer.from([0x01, 0, 0, 0xff, 0xff]);
const STORED_LIMIT = 0xffff;

/** A text made of written text and stored segments, piece by piece, as one gzip member: nothing is compressed again. */
export class GzipJson {
  private crc = 0;
  private bytes = 0;

  start(): Buffer {
    return HEADER;
  }

  text(value: string): Buffer {
    const plain = Buffer.from(value);
    this.add(crc32(plain), plain.length);
    const blocks: Buffer[] = [];
    for (let from = 0; from < plain.length; from += STORED_LIMIT) {
      const piece = plain.subarray(from, from + STORED_LIMIT);
      const head = Buffer.alloc(5);
      head.writeUInt16LE(piece.length, 1);
      head.writeUInt16LE(~piece.length & 0xffff, 3);
      blocks.push(head, piece);
    }
    return Buffer.concat(blocks);
  }

  segment(segment: Pick<StoredSegment, 'crc32' | 'plainBytes' | 'data'>): Uint8Array {
    this.add(segment.crc32, segment.plainBytes);
    return segment.data;
  }

  end(): Buffer {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.crc, 0);
    trailer.writeUInt32LE(this.bytes % 2 ** 32, 4);
    return Buffer.concat([FINAL_BLOCK, trailer]);
  }

  private add(crc: number, bytes: number): void {
    this.crc = crc32Combine(this.crc, crc, bytes);
    this.bytes += bytes;
  }
}
