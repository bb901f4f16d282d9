import type { Catalogue } from '../catalogue/catalogue.js';
import type { Item } from '../catalogue/item.js';
import { pick } from '../catalogue/vocabulary.js';

const NO_TIME = ['""', 'null', '"0"'];

/** Unix seconds: mostly a string, at times a number; "", null or "0" where there is none. */
export function timeText(seconds: number, quirk: number): string {
  if (seconds === 0) return pick(NO_TIME, quirk);
  return quirk % 7 === 0 ? String(seconds) : `"${seconds}"`;
}

/** Tenths as a JSON number: 72 is 7.2. */
export function scoreText(tenths: number): string {
  return tenths % 10 === 0 ? String(tenths / 10) : `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

/** All categories of an item as a JSON array of numbers. */
export function categoryIds(catalogue: Catalogue, item: Item): string {
  const first = catalogue.category(item.kind, item.category).id;
  return item.secondCategory === undefined
    ? `[${first}]`
    : `[${first},${catalogue.category(item.kind, item.secondCategory).id}]`;
}
