import { parseJsonExactly } from '../json/big-integers.js';
import { JsonListScanner } from '../json/json-list-scanner.js';
import { unpackRows } from './packed-rows.js';

/** Stands in the place of a row that is not valid JSON; `mapRow` rejects it with the reason. */
export class UnreadableRow {
  constructor(readonly reason: string) {}
}

/**
 * The rows of a page, in order. Integers of 16 digits and more are kept exact, as strings. A row that is not valid JSON becomes an
 * `UnreadableRow` and takes no other row with it.
 *
 * @throws SyntaxError when the text is no JSON array at all: such a page was never made by a client of ours
 */
export function parseRows(text: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = parseJsonExactly(text);
  } catch {
    return parseOneByOne(text);
  }
  if (!Array.isArray(parsed)) throw new SyntaxError('A page must be a JSON array of rows.');
  return unpackRows(parsed);
}

function parseOneByOne(text: string): unknown[] {
  const bytes = Buffer.from(text, 'utf8');
  const scanner = new JsonListScanner([{ path: '', keyed: 'never' }], 0, Infinity);
  scanner.push(bytes);
  const report = scanner.end();
  if (!report.found || !report.closed) throw new SyntaxError('A page must be a JSON array of rows.');
  return report.slices.map(({ start, end }) => {
    try {
      return parseJsonExactly(bytes.toString('utf8', start, end));
    } catch {
      return new UnreadableRow('The row is not valid JSON.');
    }
  });
}
