import { addedAt } from './added.js';

/** In autumn local clocks are set back: an hour's dates come twice, and a list that is sorted by true time reads as if they rose. */
const CLOCK_SET_BACK_MS = 3_600_000;

/** Watches that `added` does not rise along a newest-first list. What cannot be read says nothing; rows of one date may stand in any order. */
export class AddedOrder {
  /** Rows with a readable date. */
  dated = 0;
  private oldest = Infinity;

  constructor(private readonly now: number) {}

  /** The next rows of the list, without those that came before; whether they follow. */
  follow(rows: readonly unknown[]): boolean {
    for (const row of rows) {
      const at = addedAt(row, this.now);
      if (at === undefined) continue;
      this.dated++;
      if (at > this.oldest + CLOCK_SET_BACK_MS) return false;
      this.oldest = Math.min(this.oldest, at);
    }
    return true;
  }
}
