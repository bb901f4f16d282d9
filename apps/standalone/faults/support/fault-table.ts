import { appendFileSync } from 'node:fs';

/** A line of the table of faults. */
export interface FaultRow {
  /** What the row is called; unique, so that it can be run alone by a part of it. */
  name: string;
  /** What is done to the system, in words. */
  fault: string;
  /** What must be seen, in words. */
  expected: string;
}

/** Longest time of a row, ms, unless it says otherwise. */
export const ROW_TIMEOUT_MS = 600_000;

/** Notes what the tests of an area are about, for the table that the runner prints, and gives each its name. */
export function faultTable(area: string): (row: FaultRow) => string {
  const file = process.env['FAULTS_ROWS_FILE'];
  return (row) => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify({ area, ...row })}\n`);
    return row.name;
  };
}
