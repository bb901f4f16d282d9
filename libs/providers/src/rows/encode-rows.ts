import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { cutToLimit, type RowsOfPage } from '../spool/list-pages.js';
import { OVERSIZED_ROW } from './oversized-row.js';
import { packRows } from './packed-rows.js';

/** Rows as pages, as many as it takes. */
export function pagesOfRows(rows: readonly unknown[], secrets: SecretReplacer): RowsOfPage[] {
  return [...cutToLimit(secrets.replace(Buffer.from(JSON.stringify(rows))), rows.length)];
}

/**
 * Rows as one page, whatever they are: compressed where they would be too long, and if even that does not help, with the longest rows
 * left out as malformed.
 */
export function onePageOfRows(rows: readonly unknown[], secrets: SecretReplacer): RowsOfPage {
  const page = secrets.replace(Buffer.from(JSON.stringify(rows)));
  if (page.length <= MAX_PAGE_BYTES) return { rows: page, rowCount: rows.length };
  const packed = packRows(page);
  if (packed.length <= MAX_PAGE_BYTES) return { rows: packed, rowCount: rows.length };
  return onePageOfRows(withoutLongest(rows), secrets);
}

function withoutLongest(rows: readonly unknown[]): unknown[] {
  const lengths = rows.map((row) => JSON.stringify(row).length);
  const longest = Math.max(...lengths);
  return rows.map((row, index) => ((lengths[index] ?? 0) * 2 > longest ? OVERSIZED_ROW : row));
}
