import type { Row } from './mapped-row.js';

const MARK = 'catalogue-sync:oversized-row';

/** Stands in a page for a row that was too long to travel; `mapRow` rejects it. */
export const OVERSIZED_ROW: Row = { [MARK]: true };

export function isOversizedRow(row: Row): boolean {
  return row[MARK] === true;
}
