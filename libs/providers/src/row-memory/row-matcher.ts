import type { KnownRows } from '../json/list-plan.js';
import { NUMBER_BYTES, rowDigest, tellingPart, tellingStart } from './row-digest.js';
import type { RowMemory } from './row-memory.js';

const CLOSE_OBJECT = 0x7d;

/** Stands for a row that is none of the run before. */
export const CHANGED = -1;
/** Stands for a row that was not seen in one piece. */
const UNSEEN = -2;

/**
 * Knows the rows of a list again while it arrives, by those of the run before. Most rows stand behind the same row as then, so the next one is
 * guessed, and one digest says whether the guess is right; only the others have to be looked through for where they end.
 */
export class RowMatcher implements KnownRows {
  private rows = new Int32Array(1_024);
  private count = 0;
  /** Of the run before, the row behind the last one that was known again. */
  private next = 0;
  /** The last row was another: it may have taken the place of the next one, or have come before it. */
  private behindOther = false;

  /** @param positional whether a leading `num` is nothing but a row's place in the list */
  constructor(
    readonly before: RowMemory,
    private readonly positional: boolean,
  ) {}

  /** For each row of the list the row of `before` that it is; CHANGED when it is none, undefined when that was not seen. */
  rowOf(row: number): number | undefined {
    const known = this.rows[row] as number;
    return row >= this.count || known === UNSEEN ? undefined : known;
  }

  match(chunk: Buffer, at: number): number {
    // Too little to see whether a number leads.
    if (this.positional && at + NUMBER_BYTES > chunk.length) return -NUMBER_BYTES;
    const from = tellingStart(chunk, at, this.positional);
    if (this.behindOther) {
      const length = this.try(chunk, at, from, this.next + 1);
      if (length !== 0) return length;
    }
    return this.try(chunk, at, from, this.next);
  }

  scanned(row: Buffer | undefined): void {
    const same = row && this.before.find(rowDigest(tellingPart(row, this.positional)));
    this.behindOther = same === undefined;
    if (same !== undefined) this.next = same + 1;
    this.note(same ?? (row === undefined ? UNSEEN : CHANGED));
  }

  private try(chunk: Buffer, at: number, from: number, guess: number): number {
    if (guess >= this.before.size) return 0;
    const end = from + this.before.lengthOf(guess);
    if (end > chunk.length) return at - end;
    if (chunk[end - 1] !== CLOSE_OBJECT) return 0;
    if (!this.before.isAt(guess, rowDigest(chunk.subarray(from, end)))) return 0;
    this.next = guess + 1;
    this.behindOther = false;
    this.note(guess);
    return end - at;
  }

  private note(row: number): void {
    if (this.count === this.rows.length) {
      const larger = new Int32Array(2 * this.count);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[this.count++] = row;
  }
}
