import { describeFailure } from './failure.js';
import type { PartitionLease, PartitionOwnership } from './partition-ownership.js';

/** A held lease that renews itself at a third of its time, until it is lost or ended. */
export class PartitionHold {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** By our own clock, counted from before the question: at the latest then, another may own it. */
  private safeUntil: number;
  private renewing?: Promise<boolean>;
  private ended = false;

  constructor(
    readonly lease: PartitionLease,
    private readonly ownership: PartitionOwnership,
    askedAt: number,
    private readonly warn: (text: string) => void,
  ) {
    this.safeUntil = askedAt + ownership.ttlMs;
    this.timer = setInterval(() => void this.confirm(), ownership.ttlMs / 3);
  }

  /** Aborted when the lease is lost: what is under way is to be dropped. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Renews; false when the lease is lost. A question that finds no answer is a loss only once the lease has run out. */
  confirm(): Promise<boolean> {
    return (this.renewing ??= this.renew().finally(() => (this.renewing = undefined)));
  }

  /** Gives the lease back. */
  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.timer);
    if (this.lost.signal.aborted) return;
    this.lost.abort();
    try {
      await this.ownership.release(this.lease);
    } catch (error) {
      this.warn(`the lease could not be released and will run out: ${describeFailure(error)}`);
    }
  }

  private async renew(): Promise<boolean> {
    if (this.ended || this.lost.signal.aborted) return false;
    const askedAt = performance.now();
    try {
      if (await this.ownership.renew(this.lease)) {
        this.safeUntil = askedAt + this.ownership.ttlMs;
        return true;
      }
      this.lose('it has another holder');
    } catch (error) {
      if (performance.now() < this.safeUntil) {
        this.warn(`the lease could not be renewed, trying again: ${describeFailure(error)}`);
        return true;
      }
      this.lose('it ran out while the database did not answer');
    }
    return false;
  }

  private lose(why: string): void {
    clearInterval(this.timer);
    if (this.lost.signal.aborted) return;
    this.warn(`the lease is lost: ${why}`);
    this.lost.abort();
  }
}
