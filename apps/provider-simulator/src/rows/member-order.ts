import { mix, mixText } from '../catalogue/seeded.js';
import type { Row } from './row.js';

/** The same members in another order for each `draw`. */
export function shuffledMembers(row: Row, draw: number): Row {
  const keyed = Object.entries(row).map((entry) => ({ entry, key: mix(draw, mixText(draw, entry[0])) }));
  return Object.fromEntries(keyed.toSorted((a, b) => a.key - b.key).map(({ entry }) => entry));
}
