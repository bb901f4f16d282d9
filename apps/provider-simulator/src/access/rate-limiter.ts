import type { LimitQuirks } from '../quirks/access.quirks.js';
import type { QuirkBook } from '../quirks/quirk-book.js';
import { textAnswer, type Answer } from '../server/answer.js';

const SECOND = 1000;

/**
 * What a provider refuses because too much is asked: a rate (a bucket that fills at so many requests a second), requests under way at
 * once, and everything for a while after too many refusals in a row. Times in milliseconds of any steady clock.
 */
export class RateLimiter {
  #tokens: number | undefined;
  #filledAt = 0;
  #failures = 0;
  #bannedUntil: number | undefined;

  constructor(private readonly quirks: QuirkBook) {}

  /** The refusal of a request that comes now, or undefined when it may go on. `parallel`: requests under way, this one among them. */
  refusal(now: number, parallel: number): Answer | undefined {
    const { limits } = this.quirks.now;
    if (limits === undefined) {
      this.#tokens = this.#bannedUntil = undefined;
      this.#failures = 0;
      return undefined;
    }
    // As a panel's firewall answers whom it banned: nothing is read, nothing is told.
    if (limits.ban !== undefined && this.#bannedUntil !== undefined && now < this.#bannedUntil)
      return textAnswer('', 403);
    if (limits.parallel !== undefined && parallel > limits.parallel) return tooMany(limits);
    return this.#hasToken(limits, now) ? undefined : tooMany(limits);
  }

  /** Notes how a request ended that was let through. */
  ended(wasRefused: boolean, now: number): void {
    const ban = this.quirks.now.limits?.ban;
    this.#failures = wasRefused ? this.#failures + 1 : 0;
    if (ban === undefined || this.#failures < ban.afterFailures) return;
    this.#bannedUntil = now + ban.seconds * SECOND;
    this.#failures = 0;
  }

  #hasToken({ perSecond, burst = perSecond }: LimitQuirks, now: number): boolean {
    if (perSecond === undefined || burst === undefined) return true;
    const filled = (this.#tokens ?? burst) + ((now - this.#filledAt) / SECOND) * perSecond;
    this.#tokens = this.#tokens === undefined ? burst : Math.min(burst, filled);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

function tooMany({ code = 503, retryAfter }: LimitQuirks): Answer {
  const answer = textAnswer(code === 503 ? 'Service Temporarily Unavailable' : 'Too Many Requests', code);
  if (retryAfter !== undefined) answer.headers['Retry-After'] = retryAfter;
  return answer;
}
