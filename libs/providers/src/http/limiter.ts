import { wait } from './wait.js';

/** Hands back a place that `acquire` gave. Calling it twice does nothing more. */
export type Release = () => void;

/** Timers wake up a millisecond or more late; at rates beyond 100 a second that is caught up, so that the rate is met. */
const CATCH_UP_MS = 10;
/** Starts over which the rate is measured. */
const RATE_SAMPLE = 8;

/**
 * Bounds the requests to one provider: how many are under way at once, and how many start per second. First come, first served. Up to
 * 100 a second starts are evenly spaced; beyond that, in any span of t seconds at most `t * rate + rate / 100 + 1` requests start.
 */
export class RequestLimiter {
  /** Places, that is requests under way at once at most, whatever is allowed of them at the moment. */
  readonly parallel: number;
  private allowed: number;
  private intervalMs = 0;
  private catchUpMs = 0;
  private readonly lastStarts: number[] = [];
  private underWay = 0;
  private readonly queue: (() => void)[] = [];
  /** The earliest moment of the next start, were all evenly spaced; ms of `performance.now()`. */
  private nextStart = 0;
  private pausedUntil = 0;

  constructor(limits: { requestsPerSecond: number; parallelRequests: number }) {
    this.parallel = Math.max(1, Math.floor(limits.parallelRequests));
    this.allowed = this.parallel;
    this.setRate(limits.requestsPerSecond);
  }

  /** Other limits from now on, up to those of the beginning; what is under way stays so. */
  adjust(limits: { requestsPerSecond: number; parallel: number }): void {
    this.allowed = Math.max(1, Math.min(this.parallel, Math.floor(limits.parallel)));
    this.setRate(limits.requestsPerSecond);
    while (this.underWay < this.allowed) {
      const next = this.queue.shift();
      if (next === undefined) return;
      this.underWay++;
      next();
    }
  }

  /** Requests per second at which the last few started; Infinity as long as there are too few to tell. */
  get recentRate(): number {
    const [first] = this.lastStarts;
    const last = this.lastStarts.at(-1);
    if (first === undefined || last === undefined || this.lastStarts.length < RATE_SAMPLE) return Infinity;
    return (1000 * (this.lastStarts.length - 1)) / Math.max(1, last - first);
  }

  /** Waits for a place and for the moment to start. Rejects as soon as the signal aborts, and keeps no place then. */
  async acquire(signal: AbortSignal): Promise<Release> {
    if (this.underWay < this.allowed) this.underWay++;
    else await this.waitForPlace(signal);
    let released = false;
    const release = () => {
      if (!released) this.giveBack();
      released = true;
    };
    try {
      await this.pace(signal);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  /** Waits for the moment at which one more request may start, for who already has a place. */
  async pace(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const pause = this.pausedUntil - performance.now();
      if (pause > 0) {
        await wait(pause, signal);
        continue;
      }
      const delay = this.reserve();
      if (delay > 0) await wait(delay, signal);
      if (performance.now() >= this.pausedUntil) return;
    }
  }

  /** Holds back every request that has not started yet, because the provider asked for a rest. */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + ms);
  }

  private setRate(requestsPerSecond: number): void {
    this.intervalMs = 1000 / Math.max(0.001, requestsPerSecond);
    this.catchUpMs = this.intervalMs < CATCH_UP_MS ? CATCH_UP_MS : 0;
  }

  /** Takes the next start, and says in how many ms it is. */
  private reserve(): number {
    const now = performance.now();
    const start = Math.max(this.nextStart, now - this.catchUpMs);
    this.nextStart = start + this.intervalMs;
    this.lastStarts.push(Math.max(start, now));
    if (this.lastStarts.length > RATE_SAMPLE) this.lastStarts.shift();
    return start - now;
  }

  private waitForPlace(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const takePlace = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.queue.splice(this.queue.indexOf(takePlace), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.queue.push(takePlace);
    });
  }

  /** The place goes straight to the next in line. */
  private giveBack(): void {
    const next = this.underWay <= this.allowed ? this.queue.shift() : undefined;
    if (next === undefined) this.underWay--;
    else next();
  }
}
