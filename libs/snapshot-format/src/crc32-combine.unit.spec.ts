import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { crc32Combine } from './crc32-combine.js';

type Matrix = readonly number[];

const times = (matrix: Matrix, vector: number): number =>
  matrix.reduce((sum, row, bit) => ((vector >>> bit) & 1 ? sum ^ row : sum), 0);
const squared = (matrix: Matrix): Matrix => matrix.map((row) => times(matrix, row));

/** The method before zlib 1.2.12: the operator "one zero bit follows" as a matrix, squared again and again. */
function combineByMatrices(crcOfA: number, crcOfB: number, bytesOfB: number): number {
  const oneBit: Matrix = [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];
  let operator = squared(squared(squared(oneBit)));
  let crc = crcOfA;
  for (let rest = bytesOfB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = times(operator, crc);
    operator = squared(operator);
  }
  return (crc ^ crcOfB) >>> 0;
}

describe('crc32Combine', () => {
  it('is the checksum of the two texts together', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        expect(crc32Combine(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
      }),
    );
  });

  it('does not care how a text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 12 }), (pieces) => {
        const whole = pieces.reduce((crc, piece) => crc32Combine(crc, crc32(piece), piece.length), 0);
        expect(whole).toBe(crc32(Buffer.concat(pieces)));
      }),
    );
  });

  it('takes lengths past 2^32: it agrees with the matrices over GF(2) of older zlibs', () => {
    const crc = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(crc, crc, fc.integer({ min: 1, max: 2 ** 45 }), (a, b, bytesOfB) => {
        expect(crc32Combine(a, b, bytesOfB)).toBe(combineByMatrices(a, b, bytesOfB));
      }),
    );
    expect(crc32Combine(1, 0, 2 ** 44)).not.toBe(0);
  });
});
