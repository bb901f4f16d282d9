import { failureOfError } from './classify.js';
import { cancelledError, type RequestFailure } from './request-failure.js';
import { wait } from './wait.js';

/** How often and how patiently failed requests are repeated. */
export interface RetryPolicy {
  /** Tries of one request at most, the first included. */
  maxTries: number;
  /** The longest first wait, ms; it doubles with each try. The wait itself is random between 0 and that ("full jitter"). */
  baseMs: number;
  /** The same where the provider asked for fewer requests (429, 503) without saying how long to wait (PROVIDERS A.13). */
  laterBaseMs: number;
  /** No wait is longer, whatever the provider asks for, ms. */
  maxWaitMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxTries: 5,
  baseMs: 1_000,
  laterBaseMs: 10_000,
  maxWaitMs: 300_000,
};

/**
 * How long to wait before the next try, ms. A wait that the provider asked for is kept to exactly, and a little over.
 *
 * @param tries how many were made
 * @param random from 0 to 1
 */
export function backOff(policy: RetryPolicy, failure: RequestFailure, tries: number, random: number): number {
  if (failure.retryAfterMs !== undefined) {
    return Math.min(policy.maxWaitMs, failure.retryAfterMs + random * Math.min(250, policy.baseMs));
  }
  const base = failure.repeat === 'later' ? policy.laterBaseMs : policy.baseMs;
  return random * Math.min(policy.maxWaitMs, base * 2 ** (tries - 1));
}

/**
 * Repeats `attempt` until it succeeds, fails for good, or was tried often enough; throws its last failure, as a `RequestFailure`, or a
 * `cancelled` error when the signal aborts, at once even in a wait. Errors that are not the provider's pass through.
 *
 * @param onWait is told before each wait
 * @param goesOn whether another try may be made at all
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  attempt: (tries: number) => Promise<T>,
  onWait: (failure: RequestFailure, waitMs: number) => void,
  goesOn: () => boolean = () => true,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    if (signal.aborted) throw cancelledError();
    try {
      return await attempt(tries);
    } catch (error) {
      if (signal.aborted) throw cancelledError();
      const failure = failureOfError(error);
      if (failure === undefined) throw error;
      const maxTries = Math.min(policy.maxTries, failure.maxTries ?? policy.maxTries);
      if (failure.repeat === 'never' || tries >= maxTries || !goesOn()) throw failure;
      const waitMs = backOff(policy, failure, tries, Math.random());
      onWait(failure, waitMs);
      await wait(waitMs, signal).catch(() => {
        throw cancelledError();
      });
    }
  }
}
