import { IdSet } from './id-set.js';
import type { ListPage } from './list-page.js';

/** What a walk remembers of the pages it read: enough to prove that none was missed, and little in bytes. */
export class WalkLog {
  readonly seen = new IdSet();
  /** Pages that held at least one row that had come before. */
  readonly pagesWithRepeats: number[] = [];
  /** Pages whose total differs from the page's before: the list changed between the two. */
  readonly borders: number[] = [];
  /** By how much the total fell, all falls together. */
  fallen = 0;
  rows = 0;
  private readonly fingerprints: number[] = [];
  private readonly lengths: number[] = [];
  private lastTotal: number | undefined;

  /** Enters a page, and gives how many of its rows are new. */
  enter(page: number, { keys, total }: ListPage): number {
    let fresh = 0;
    for (const key of keys) if (this.seen.add(key)) fresh++;
    this.rows += keys.length;
    if (fresh < keys.length) this.pagesWithRepeats.push(page);
    this.fingerprints[page] = fingerprint(keys);
    this.lengths[page] = keys.length;
    this.noteTotal(page, total);
    return fresh;
  }

  /** Enters a page that was read again; whether it reads as it did the last time. */
  readsTheSame(page: number, keys: readonly number[]): boolean {
    const now = fingerprint(keys);
    const same = this.fingerprints[page] === now;
    this.fingerprints[page] = now;
    return same;
  }

  /** The rows that were never seen; they are seen from now on. */
  takeUnseen({ rows, keys }: ListPage): unknown[] {
    return rows.filter((_row, index) => this.seen.add(keys[index] as number));
  }

  /** Pages that held fewer rows than belong on them in a list of `total` rows. */
  shortPages(total: number): number[] {
    const full = this.lengths.reduce((longest, length) => Math.max(longest, length ?? 0), 1);
    const short: number[] = [];
    for (let page = 1; (page - 1) * full < total && page < this.lengths.length; page++) {
      if ((this.lengths[page] ?? 0) < Math.min(full, total - (page - 1) * full)) short.push(page);
    }
    return short;
  }

  private noteTotal(page: number, total: number | undefined): void {
    if (total === undefined) return;
    if (this.lastTotal !== undefined && total !== this.lastTotal) {
      this.borders.push(page);
      if (total < this.lastTotal) this.fallen += this.lastTotal - total;
    }
    this.lastTotal = total;
  }
}

/** One number for a page's ids in their order. */
function fingerprint(keys: readonly number[]): number {
  let mix = keys.length;
  for (const key of keys) mix = (mix * 31 + (key % 2_147_483_647)) % 9_007_199_254_740_881;
  return mix;
}
