import { crc32 } from 'node:zlib';
import {
  FINAL_BLOCK,
  GZIP_HEADER,
  crc32Combine,
  gzipTrailer,
  storedBlocks,
  type StoredSegment,
} from '@catalogue-sync/snapshot-format';

/** A text made of written text and stored segments, piece by piece, as one gzip member: nothing is compressed again. */
export class GzipJson {
  private crc = 0;
  private bytes = 0;

  start(): Buffer {
    return GZIP_HEADER;
  }

  text(value: string): Buffer {
    const plain = Buffer.from(value);
    this.add(crc32(plain), plain.length);
    return storedBlocks(plain);
  }

  segment(segment: Pick<StoredSegment, 'crc32' | 'plainBytes' | 'data'>): Uint8Array {
    this.add(segment.crc32, segment.plainBytes);
    return segment.data;
  }

  end(): Buffer {
    return Buffer.concat([FINAL_BLOCK, gzipTrailer(this.crc, this.bytes)]);
  }

  private add(crc: number, bytes: number): void {
    this.crc = crc32Combine(this.crc, crc, bytes);
    this.bytes += bytes;
  }
}
