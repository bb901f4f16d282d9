/**
 * Tells up to which ordinal every page is stored in the stream. Pages are published several at a time and their acknowledgements come in
 * any order; only an unbroken row of them may be relied on after a crash.
 */
export class AckedPrefix {
  private readonly ahead = new Map<number, number>();

  /** `ordinal` and `itemRows` are those of an earlier attempt, when one is gone on with. */
  constructor(
    private last: number,
    private rows: number,
  ) {}

  /** Every page from 1 to this is stored. */
  get ordinal(): number {
    return this.last;
  }

  /** Item rows in the pages up to `ordinal`. */
  get itemRows(): number {
    return this.rows;
  }

  /** The page is stored. */
  acked(ordinal: number, itemRows: number): void {
    if (ordinal > this.last) this.ahead.set(ordinal, itemRows);
    for (let next = this.ahead.get(this.last + 1); next !== undefined; next = this.ahead.get(this.last + 1)) {
      this.last += 1;
      this.rows += next;
      this.ahead.delete(this.last);
    }
  }
}
