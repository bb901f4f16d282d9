import { xxh64 } from '../digest/xxh64.js';

const LEADING_NUMBER = Buffer.from('{"num":');
const COMMA = 0x2c;
const QUOTE = 0x22;
/** `{"num":` and its value take no more than this, bytes. */
export const NUMBER_BYTES = 24;

/** 64 bits in two halves: a row that changed is taken for unchanged once in some ten billion runs of a million changed rows. */
export type RowDigest = readonly [high: number, low: number];

/** XXH64 of what a row is known by. */
export function rowDigest(tell: Buffer): RowDigest {
  const digest = xxh64(tell);
  return [Number(digest >> 32n), Number(digest & 0xffff_ffffn)];
}

/**
 * Where in `bytes` that begins which the row at `at` is known by. Panels number the rows of a list in a leading `num`: one new item would change
 * every row behind it, so that field is left out where `positional` says that it means nothing but the place. Nothing but digits, in quotes or
 * not, counts as a number: what follows them stands as it would behind any other, so equal rests are equal rows.
 */
export function tellingStart(bytes: Buffer, at: number, positional: boolean): number {
  if (!positional || !startsWithNumber(bytes, at)) return at;
  const past = at + NUMBER_BYTES;
  let end = at + LEADING_NUMBER.length;
  const quoted = bytes[end] === QUOTE;
  if (quoted) end += 1;
  while (end < past && isDigit(bytes[end])) end += 1;
  if (quoted && bytes[end++] !== QUOTE) return at;
  return end < past && bytes[end] === COMMA ? end : at;
}

/** The bytes by which a row that stands alone is known. */
export function tellingPart(row: Buffer, positional: boolean): Buffer {
  return row.subarray(tellingStart(row, 0, positional));
}

function startsWithNumber(bytes: Buffer, at: number): boolean {
  for (let index = 0; index < LEADING_NUMBER.length; index++)
    if (bytes[at + index] !== LEADING_NUMBER[index]) return false;
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
