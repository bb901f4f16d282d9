/** A gzip member's header: deflate, no name, no time, no operating system (RFC 1952). The same for every document. */
export const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** An empty stored block that is marked as the last one, beginning on a byte border (RFC 1951). */
export const FINAL_BLOCK = Buffer.from([0x01, 0, 0, 0xff, 0xff]);

const STORED_LIMIT = 0xffff;
const STORED_OVERHEAD = 5;

/** Bytes of `gzipTrailer`. */
export const TRAILER_BYTES = 8;

/** Bytes that `storedBlocks` makes of a text of that many bytes. */
export function storedBytes(bytes: number): number {
  return bytes + Math.ceil(bytes / STORED_LIMIT) * STORED_OVERHEAD;
}

/** Wraps bytes in uncompressed deflate blocks. They must begin on a byte border, and end on one. Nothing for no bytes. */
export function storedBlocks(plain: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(storedBytes(plain.length));
  let at = 0;
  for (let from = 0; from < plain.length; from += STORED_LIMIT) {
    const piece = plain.subarray(from, from + STORED_LIMIT);
    at = out.writeUInt8(0, at);
    at = out.writeUInt16LE(piece.length, at);
    at = out.writeUInt16LE(~piece.length & 0xffff, at);
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** The end of a gzip member: CRC-32 and length (modulo 2^32) of the plain bytes. */
export function gzipTrailer(crc: number, plainBytes: number): Buffer {
  const out = Buffer.allocUnsafe(TRAILER_BYTES);
  out.writeUInt32LE(crc >>> 0, 0);
  out.writeUInt32LE(plainBytes % 2 ** 32, 4);
  return out;
}
