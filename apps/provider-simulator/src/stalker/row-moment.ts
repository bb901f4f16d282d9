import { sqlDateTime } from '../catalogue/dates.js';

/** What of a row depends on the moment of asking, as on real portals: play counters and day labels. None of it is a change of the item. */
export class RowMoment {
  readonly #nowSeconds: number;
  /** `YYYY-MM-DD HH:MM:SS`, now. */
  readonly lastPlayed: string;

  /** `labels`: whether rows tell how long ago they were added. `now` in Unix milliseconds. */
  constructor(
    now: number,
    private readonly labels: boolean,
  ) {
    this.#nowSeconds = Math.floor(now / 1000);
    this.lastPlayed = sqlDateTime(this.#nowSeconds);
  }

  /** A counter that moves with every second. */
  counter(of: number): number {
    return (of * 31 + this.#nowSeconds) % 9_973;
  }

  /** The label's JSON member with a comma before it; it changes at midnight. */
  dayLabel(addedAt: number): string {
    if (!this.labels) return '';
    const days = Math.floor(this.#nowSeconds / 86_400) - Math.floor(addedAt / 86_400);
    if (days <= 0) return ',"today":"today"';
    return days === 1 ? ',"yesterday":"yesterday"' : ',"week_and_more":"More than a week"';
  }
}
