import { hash } from 'node:crypto';

const LEADING_NUMBER = Buffer.from('{"num":');
const COMMA = 0x2c;
/** `"num"` and its value take no more than this, bytes. */
const NUMBER_BYTES = 24;

/** 64 bits in two halves: a row that changed is taken for unchanged once in some ten billion runs of a million changed rows. */
export type RowDigest = readonly [high: number, low: number];

/**
 * What a raw row is known by. Panels number the rows of a list in a leading `num`: one new item would change every row behind it, so that
 * field is left out where `positional` says that it means nothing but the place.
 */
export function rowDigest(row: Buffer, positional: boolean): RowDigest {
  // Nothing is proved to anyone by it, so the quickest will do; as text it is twice as quick as a buffer.
  const digest = hash('sha1', positional ? withoutNumber(row) : row, 'binary');
  return [wordAt(digest, 0), wordAt(digest, 4)];
}

function wordAt(bytes: string, at: number): number {
  const [a, b] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
  return (a | (b << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)) >>> 0;
}

function withoutNumber(row: Buffer): Buffer {
  if (row.compare(LEADING_NUMBER, 0, LEADING_NUMBER.length, 0, LEADING_NUMBER.length) !== 0) return row;
  const comma = row.subarray(0, NUMBER_BYTES).indexOf(COMMA);
  return comma < 0 ? row : row.subarray(comma);
}
