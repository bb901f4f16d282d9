import { mix } from '../catalogue/seeded.js';
import type { VodRef } from '../catalogue/vod-order.js';

/**
 * The references at positions [from, to) of a list sorted by date, with those of one date in an order of their own for each `salt`: what
 * `ORDER BY added LIMIT …` gives a portal whose imports share a second. Over all pages asked with one salt each appears once; with
 * another salt one may appear on two pages, and another on none.
 */
export function shuffleTies(
  list: Uint32Array,
  { from, to }: { from: number; to: number },
  dateOf: (ref: VodRef) => number,
  salt: number,
): VodRef[] {
  const dateAt = (position: number) => dateOf(list[position] ?? 0);
  const refs: VodRef[] = [];
  for (let position = from; position < to;) {
    let start = position;
    let end = position + 1;
    const date = dateAt(position);
    while (start > 0 && dateAt(start - 1) === date) start -= 1;
    while (end < list.length && dateAt(end) === date) end += 1;
    const group = Array.from(list.subarray(start, end)).toSorted((a, b) => mix(salt, a) - mix(salt, b));
    const until = Math.min(end, to);
    refs.push(...group.slice(position - start, until - start));
    position = until;
  }
  return refs;
}
