/** Messages of a provider that may be published and not yet reconciled. */
export const WINDOW_PAGES = 14;

interface RunMarks {
  /** Pages handed to the stream so far. */
  published: number;
  /** Pages the reconciler has taken in, as far as is known. */
  reconciled: number;
  /** Rows in them that were new or differed. */
  changed: number;
}

/**
 * Bounds how far fetching may run ahead of reconciling. Runs are known by their token; what is known of a run only grows, so hints may
 * come late, twice or out of order.
 */
export class PublishWindow {
  private readonly runs = new Map<number, RunMarks>();
  private waiters: (() => void)[] = [];

  constructor(private readonly limit: number = WINDOW_PAGES) {}

  /** Pages published and not yet reconciled, over all runs. */
  get inFlight(): number {
    let sum = 0;
    for (const run of this.runs.values()) sum += Math.max(0, run.published - run.reconciled);
    return sum;
  }

  get full(): boolean {
    return this.inFlight >= this.limit;
  }

  /** Up to `ordinal` pages of the run were handed to the stream. */
  published(runToken: number, ordinal: number): void {
    const run = this.run(runToken);
    run.published = Math.max(run.published, ordinal);
  }

  /** The reconciler has taken in `pages` pages of the run, with `changed` rows that were new or differed. */
  reconciled(runToken: number, pages: number, changed: number): void {
    const run = this.run(runToken);
    run.reconciled = Math.max(run.reconciled, pages);
    run.changed = Math.max(run.changed, changed);
    this.wake();
  }

  /** Changed rows in the pages that were taken in so far. */
  changed(runToken: number): number {
    return this.runs.get(runToken)?.changed ?? 0;
  }

  /** Nothing of what was published so far waits any more. */
  drained(): void {
    for (const run of this.runs.values()) run.reconciled = run.published;
    this.wake();
  }

  /** Forgets a run whose pages will be dropped, because a newer one has taken its place. */
  forget(runToken: number): void {
    this.runs.delete(runToken);
    this.wake();
  }

  /** Resolves with true once there is room, with false after `timeoutMs` or when `signal` is aborted. */
  room(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return this.until(() => !this.full, timeoutMs, signal);
  }

  /** The same, once `pages` pages of the run were taken in. */
  takenIn(runToken: number, pages: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return this.until(() => this.hasTakenIn(runToken, pages), timeoutMs, signal);
  }

  hasTakenIn(runToken: number, pages: number): boolean {
    return (this.runs.get(runToken)?.reconciled ?? 0) >= pages;
  }

  private async until(holds: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (holds()) return true;
    if (signal.aborted) return false;
    return new Promise((resolve) => {
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', settle);
        this.waiters = this.waiters.filter((waiter) => waiter !== wake);
        resolve(holds());
      };
      const wake = () => {
        if (holds()) settle();
      };
      const timer = setTimeout(settle, timeoutMs);
      signal.addEventListener('abort', settle, { once: true });
      this.waiters.push(wake);
    });
  }

  private run(runToken: number): RunMarks {
    let run = this.runs.get(runToken);
    if (!run) this.runs.set(runToken, (run = { published: 0, reconciled: 0, changed: 0 }));
    return run;
  }

  private wake(): void {
    // Each wake puts a shorter list in the place of this one.
    for (const wake of this.waiters) wake();
  }
}
