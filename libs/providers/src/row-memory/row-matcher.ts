import { NUMBER_BYTES, tellingStart, rowDigest } from './row-digest.js';
import type { RowMemory } from './row-memory.js';

const CLOSE_OBJECT = 0x7d;

/** A row that was recognised: which one of the run before it is, and where it ends. */
export interface Recognised {
  row: number;
  end: number;
}

/**
 * Knows the rows of a list again while it arrives, by those of the run before. Most rows stand behind the same row as then, so the next one is
 * guessed, and one digest says whether the guess is right; only the others have to be looked through for where they end.
 */
export class RowMatcher {
  /** Of the run before, the row behind the last one that was known again. */
  private next = 0;
  /** The last row was another: it may have taken the place of the next one, or have come before it. */
  private behindOther = false;

  /** @param positional whether a leading `num` is nothing but a row's place in the list */
  constructor(
    private readonly before: RowMemory,
    private readonly positional: boolean,
  ) {}

  /** The row that begins at `at`, when the guess is right; 0 when it is not. Below 0: how many bytes of it it takes to tell, as a negative number. */
  guess(chunk: Buffer, at: number): Recognised | number {
    // Too little to see whether a number leads.
    if (this.positional && at + NUMBER_BYTES > chunk.length) return -NUMBER_BYTES;
    const from = tellingStart(chunk, at, this.positional);
    if (this.behindOther) {
      const found = this.try(chunk, at, from, this.next + 1);
      if (found !== 0) return found;
    }
    return this.try(chunk, at, from, this.next);
  }

  /** The row of that digest, which was looked through; undefined when the run before had none. */
  find(digest: ReturnType<typeof rowDigest>): number | undefined {
    const same = this.before.find(digest);
    this.behindOther = same === undefined;
    if (same !== undefined) this.next = same + 1;
    return same;
  }

  private try(chunk: Buffer, at: number, from: number, guess: number): Recognised | number {
    if (guess >= this.before.size) return 0;
    const end = from + this.before.lengthOf(guess);
    if (end > chunk.length) return at - end;
    if (chunk[end - 1] !== CLOSE_OBJECT) return 0;
    if (!this.before.isAt(guess, rowDigest(chunk.subarray(from, end)))) return 0;
    this.next = guess + 1;
    this.behindOther = false;
    return { row: guess, end };
  }
}
