import type { HeadReading } from './head-reading.js';
import { pageSizeOf, type ListPage } from './list-page.js';

/** The first look, and three walks more. */
const MAX_LOOKS = 4;
/** Pages of rows that came in during a head walk. */
const MAX_NEW_PAGES = 20;

export interface HeadSettlement {
  /** Rows that the walk itself did not meet. */
  rows: unknown[];
  /** The total as it is now. */
  total: number | undefined;
  /** Why nobody can say that none is missing, in words. */
  restless?: string;
}

/**
 * Looks, after a head walk, whether the list changed under it. Rows that came in meanwhile stand at the head: it is read again until a page
 * is all known. A row that went away, seen by the total, pulls others up across the borders between pages, and equal dates may change
 * places there, seen by repeats: then the pages that can hold something new are read again, until all that was hidden was met or they read
 * the same twice.
 */
export async function settleHead(reading: HeadReading, first: ListPage): Promise<HeadSettlement> {
  const { log } = reading;
  const rows: unknown[] = [];
  const last = Math.min(reading.lastWithNew + 1, reading.page);
  let before = first;
  /** Rows that went away since `before`. */
  let fallen = log.fallen;
  // Where no total is told, nobody sees a row go: the pages are read twice.
  let unproved = first.total === undefined;
  let hidden = reading.repeats;
  let steady = false;
  for (let look = 0; look < MAX_LOOKS; look++) {
    const top = await readTop(reading);
    rows.push(...top.rows);
    if (top.endless) break;
    const grown = (top.first.total ?? 0) - (before.total ?? 0);
    const gone = first.total === undefined ? 0 : Math.max(fallen, top.rows.length - grown);
    // Met at the head though the list did not grow: one of those that were hidden, or one that came for one that went.
    hidden -= Math.max(0, top.rows.length - Math.max(0, grown));
    let moved = false;
    if (gone > 0 || unproved || (hidden > 0 && !steady)) {
      steady = true;
      // What came in pushed the others down.
      const lastNow = last + Math.ceil(rows.length / pageSizeOf(first));
      for (let page = 1; page <= lastNow; page++) {
        const read = await reading.again(page);
        steady = log.readsTheSame(page, read.keys) && steady;
        const met = log.takeUnseen(read);
        rows.push(...met);
        hidden -= met.filter(reading.mayBeNew).length;
        moved ||= met.length > 0;
      }
    }
    const still = top.rows.length === 0 && gone <= 0 && !moved;
    if (still && (hidden <= 0 || steady)) return { rows, total: top.first.total };
    unproved &&= moved;
    fallen = 0;
    before = top.first;
  }
  return { rows, total: before.total, restless: 'The list keeps changing while its head is read.' };
}

/** The first pages, until one is all known; endless, when there is no such page soon. */
async function readTop(
  reading: HeadReading,
): Promise<{ rows: unknown[]; first: ListPage; endless: boolean }> {
  const first = await reading.again(1);
  const rows = reading.log.takeUnseen(first);
  let fresh = rows.length;
  for (let page = 2; fresh > 0 && page <= MAX_NEW_PAGES; page++) {
    const unseen = reading.log.takeUnseen(await reading.again(page));
    fresh = unseen.length;
    rows.push(...unseen);
  }
  return { rows, first, endless: fresh > 0 };
}
