import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { Answer } from '../../server/answer.js';
import type { EffectHandler } from './effect.js';

/** A small body that unpacks to a huge one: `[`, blanks, `]`. */
export interface GzipBombEffect {
  type: 'gzip-bomb';
  /** Bytes after unpacking; about a thousandth of them is sent. */
  bytes: number;
}

const BLOCK_BYTES = 1_048_576;
/** RFC 1952: deflate, no name, no time, any system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** RFC 1951: a last block without content. */
const LAST_BLOCK = Buffer.from([3, 0]);

export const gzipBomb: EffectHandler<GzipBombEffect> = ({ bytes }) => {
  const answer: Answer = {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    body: member(bytes),
    encoding: 'latin1',
  };
  return { answer };
};

/** A gzip member as byte strings; a block that ends on a byte border is made once and sent over and over. */
function* member(bytes: number): Generator<string> {
  yield HEADER.toString('latin1');
  const blanks = Buffer.alloc(BLOCK_BYTES, ' ');
  const packed = pack(blanks).toString('latin1');
  let left = Math.max(2, bytes) - 2;
  let checksum = crc32('[');
  yield pack(Buffer.from('[')).toString('latin1');
  for (; left > 0; left -= BLOCK_BYTES) {
    const part = left < BLOCK_BYTES ? blanks.subarray(0, left) : blanks;
    checksum = crc32(part, checksum);
    yield part === blanks ? packed : pack(part).toString('latin1');
  }
  yield pack(Buffer.from(']')).toString('latin1');
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(']', checksum), 0);
  trailer.writeUInt32LE(Math.max(2, bytes) % 2 ** 32, 4);
  yield Buffer.concat([LAST_BLOCK, trailer]).toString('latin1');
}

function pack(data: Buffer): Buffer {
  return deflateRawSync(data, { finishFlush: constants.Z_FULL_FLUSH });
}
