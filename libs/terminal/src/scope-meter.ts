import type { ScopeProgress } from '@catalogue-sync/contracts';

/** How far a scope is, for one line. */
export interface ScopeReading {
  items: number;
  /** Absent while the provider has not told and the end has not come. */
  itemsTotal?: number;
  /** 0 to 1; absent while the total is unknown. 1 only when the scope is through the reconciler. */
  fraction?: number;
  /** Items a second over the last seconds; absent at first and at the end. */
  itemsPerSecond?: number;
  secondsLeft?: number;
}

const WINDOW_MS = 5000;
const SHORTEST_MS = 700;

/**
 * Turns the states of one scope into readings that can be believed: what counts is what was reconciled, not what was fetched, and within
 * an attempt it never goes back.
 */
export class ScopeMeter {
  private samples: { at: number; items: number }[] = [];
  private attempt = 0;
  private items = 0;

  /** `now` in ms. */
  read(progress: ScopeProgress, now: number): ScopeReading {
    if (progress.attempt !== this.attempt) {
      this.attempt = progress.attempt;
      this.items = 0;
      this.samples = [];
    }
    this.items = Math.max(this.items, progress.itemsReconciled);
    const ended = progress.state === 'reconciled';
    const allFetched = ended || progress.state === 'fetched';
    const itemsTotal = allFetched ? Math.max(progress.itemsFetched, this.items) : progress.itemsTotal;
    if (ended) return { items: this.items, itemsTotal, fraction: 1 };
    const itemsPerSecond = this.measure(now);
    const reading: ScopeReading = { items: this.items };
    if (itemsPerSecond !== undefined) reading.itemsPerSecond = itemsPerSecond;
    if (itemsTotal === undefined || itemsTotal === 0) return reading;
    reading.itemsTotal = itemsTotal;
    // The total may be declared too low: never 100 % before the end.
    reading.fraction = Math.min(this.items / itemsTotal, 0.99);
    if (itemsPerSecond !== undefined && itemsPerSecond > 0)
      reading.secondsLeft = Math.max(0, itemsTotal - this.items) / itemsPerSecond;
    return reading;
  }

  private measure(now: number): number | undefined {
    this.samples.push({ at: now, items: this.items });
    while (this.samples.length > 2 && now - (this.samples[1]?.at ?? now) >= WINDOW_MS) this.samples.shift();
    const first = this.samples.find((sample) => sample.items > 0) ?? this.samples[0];
    if (first === undefined || now - first.at < SHORTEST_MS) return undefined;
    return ((this.items - first.items) * 1000) / (now - first.at);
  }
}
