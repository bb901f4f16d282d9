import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { JsonListScanner } from '../json/json-list-scanner.js';
import type { JsonListReport, RowSlice } from '../json/list-plan.js';
import { OVERSIZED_ROW } from '../rows/oversized-row.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import type { SpoolFile } from './spool-file.js';

/** A page's rows before it has an ordinal. */
export interface RowsOfPage {
  rows: Buffer;
  rowCount: number;
}

const MAX_STAND_INS = 1_000;
const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/**
 * Cuts a spooled list along its plan: raw slices, one at a time, each a JSON array of at most MAX_PAGE_BYTES with the secrets replaced.
 * Rows that were too long for any page follow as stand-ins, so that they are counted as malformed rather than missed.
 */
export async function* pagesOfList(
  spool: SpoolFile,
  report: Pick<JsonListReport, 'slices' | 'keyed' | 'oversizedRows'>,
  secrets: SecretReplacer,
  onSlice?: SliceObserver,
): AsyncGenerator<RowsOfPage, void> {
  for (const slice of report.slices) {
    const page = await readSlice(spool, slice);
    const replaced = secrets.replace(report.keyed ? withoutKeys(page) : page);
    onSlice?.(slice, page, replaced);
    yield* cutToLimit(replaced, slice.rows);
  }
  if (report.oversizedRows > 0) yield oversizedRows(report.oversizedRows);
}

/** Sees each slice as a page: as it came, and with the secrets replaced. */
export type SliceObserver = (slice: RowSlice, page: Buffer, replaced: Buffer) => void;

/** The rows of a slice in brackets. */
async function readSlice(spool: SpoolFile, slice: RowSlice): Promise<Buffer> {
  const length = slice.end - slice.start;
  const page = Buffer.allocUnsafe(length + 2);
  page[0] = 0x5b;
  await spool.read(slice.start, slice.end, page.subarray(1, length + 1));
  page[length + 1] = 0x5d;
  return page;
}

/** A page that placeholders made too long, in as many parts as it takes; a row that alone is too long is left out. */
export function* cutToLimit(page: Buffer, rowCount: number): Generator<RowsOfPage, void> {
  if (page.length <= MAX_PAGE_BYTES) {
    yield { rows: page, rowCount };
    return;
  }
  const scanner = new JsonListScanner([{ path: '', keyed: 'never' }], MAX_PAGE_BYTES - 2);
  scanner.push(page);
  for (const { start, end, rows } of scanner.end().slices) {
    yield { rows: Buffer.concat([OPEN, page.subarray(start, end), CLOSE]), rowCount: rows };
  }
}

function oversizedRows(count: number): RowsOfPage {
  const rowCount = Math.min(count, MAX_STAND_INS);
  return {
    rows: Buffer.from(JSON.stringify(Array.from({ length: rowCount }, () => OVERSIZED_ROW))),
    rowCount,
  };
}

/** `[{…},"7":{…}]` as an array. */
function withoutKeys(page: Buffer): Buffer {
  const scanner = new JsonListScanner([{ path: '', keyed: 'any' }], 0, Infinity);
  // The first row has lost its key to the cut before it.
  const lead = Buffer.from('{"0":');
  scanner.push(lead);
  scanner.push(page.subarray(1, -1));
  scanner.push(Buffer.from('}'));
  const parts: Buffer[] = [];
  for (const { start, end } of scanner.end().slices) {
    parts.push(parts.length === 0 ? OPEN : COMMA);
    parts.push(page.subarray(start - lead.length + 1, end - lead.length + 1));
  }
  return Buffer.concat([...parts, CLOSE]);
}
