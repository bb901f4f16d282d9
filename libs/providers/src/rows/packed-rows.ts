import { gunzipSync, gzipSync } from 'node:zlib';
import { parseJsonExactly } from '../json/big-integers.js';

const PACKED = 'catalogue-sync:packed-rows';
const MAX_UNPACKED_BYTES = 100_000_000;

/**
 * A page's JSON array in the form of a page with one row that holds it compressed: for the rare batch of portal pages that must stay one
 * page, because pages are what a resumed walk counts, and is too long as it is. `parseRows` unpacks it.
 */
export function packRows(page: Buffer): Buffer {
  return Buffer.from(JSON.stringify([{ [PACKED]: gzipSync(page).toString('base64') }]));
}

/** The rows themselves, if a page was packed; else the rows as given. */
export function unpackRows(rows: unknown[]): unknown[] {
  if (rows.length !== 1) return rows;
  const [only] = rows;
  if (typeof only !== 'object' || only === null) return rows;
  const packed = (only as Record<string, unknown>)[PACKED];
  if (typeof packed !== 'string') return rows;
  try {
    const page = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES });
    const unpacked = parseJsonExactly(page.toString('utf8'));
    return Array.isArray(unpacked) ? unpacked : rows;
  } catch {
    return rows;
  }
}
