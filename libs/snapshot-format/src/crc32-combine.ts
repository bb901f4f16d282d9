/** The CRC-32 polynomial of RFC 1952, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** Product of two polynomials over GF(2) modulo the CRC's polynomial, bits reversed (zlib's `multmodp`). */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product;
}

/** x^(2^n) for n = 0 … 63: squares of squares, starting at x^1. */
const POWERS: readonly number[] = (() => {
  const powers = [0x40000000];
  for (let n = 1; n < 64; n++) powers.push(multiply(powers[n - 1]!, powers[n - 1]!));
  return powers;
})();

/** x^(8·bytes): appending that many bytes shifts a checksum by it. */
function shiftOf(bytes: number): number {
  let shift = 0x80000000;
  let rest = bytes;
  for (let n = 3; rest > 0; n++) {
    if (rest % 2 === 1) shift = multiply(POWERS[n]!, shift);
    rest = Math.floor(rest / 2);
  }
  return shift;
}

/**
 * CRC-32 of A followed by B, from the checksums of the two and the length of B in bytes (any safe integer), without looking at the bytes.
 * The method is zlib's `crc32_combine`.
 */
export function crc32Combine(crcOfA: number, crcOfB: number, bytesOfB: number): number {
  if (bytesOfB === 0) return crcOfA >>> 0;
  return (multiply(shiftOf(bytesOfB), crcOfA) ^ crcOfB) >>> 0;
}
