import { jsonFragment } from '../catalogue/vocabulary.js';

/** A row as an object, to be made odd. */
export type Row = Record<string, unknown>;

/** Members that are texts whatever they look like: a title of digits is no number. */
const TEXTS = new Set([
  'name',
  'o_name',
  'old_name',
  'fname',
  'title',
  'plot',
  'description',
  'cast',
  'actors',
  'director',
  'cmd',
]);

export function isText(member: string): boolean {
  return TEXTS.has(member);
}

/** The member that a row's id stands in. */
export function idMember(row: Row): 'stream_id' | 'series_id' | 'id' {
  if ('stream_id' in row) return 'stream_id';
  return 'series_id' in row ? 'series_id' : 'id';
}

/** A number that no double holds, until it is written: see `rowJson`. */
export function exactNumber(digits: string): string {
  return `\u{f8ff}${digits}\u{f8ff}`;
}

/** The text of a number, an exact one too. */
export function plainText(value: unknown): string {
  return String(value).replaceAll('\u{f8ff}', '');
}

/** A row as PHP writes it: ASCII, slashes escaped. */
export function rowJson(row: unknown): string {
  return escapeUnits(JSON.stringify(row)).replaceAll(/"\\uf8ff(\d+)\\uf8ff"/g, '$1');
}

function escapeUnits(json: string): string {
  return json
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[\u0080-\uffff]/g, (unit) => jsonFragment(unit).toLowerCase());
}
