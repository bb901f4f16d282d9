import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import { decodeCursor, encodeCursor } from '../paging/cursor.js';
import { invalidField } from '../problem/problem-error.js';
import type { ItemPlace } from './page-statements.js';

/** Where the next page begins. The order stands in it, for a place of one order says nothing in another. */
export function encodeItemCursor(order: ItemOrder, { place, id }: ItemPlace): string {
  return encodeCursor(JSON.stringify([order, place, id]));
}

/** Throws a problem at the field `cursor` when the text was not made by `encodeItemCursor` for the same order. */
export function decodeItemCursor(order: ItemOrder, text: string): ItemPlace {
  let value: unknown;
  try {
    value = JSON.parse(decodeCursor(text));
  } catch {
    value = undefined;
  }
  const parts: unknown[] = Array.isArray(value) ? value : [];
  const [of, place, id] = parts;
  if (parts.length === 3 && of === order && isStorable(place) && isStorable(id)) return { place, id };
  throw invalidField(
    'cursor',
    'Hand back the nextCursor of the page before with the same sort, or leave it out.',
  );
}

/** A text that may be compared in Postgres. */
function isStorable(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}
