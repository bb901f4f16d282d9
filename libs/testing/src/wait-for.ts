import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Gives up after this long; 30 000 unless told. */
  timeoutMs?: number;
  /** Between two checks; 20 unless told. */
  everyMs?: number;
  /** What is waited for, in words, for the message of the failure. */
  what?: string;
}

/**
 * Asks `check` until its answer is truthy (a count above zero, a row, true), and gives that. A check that throws counts as "not
 * yet"; its last error is the cause of the failure when time is up.
 */
export async function waitFor<T>(
  check: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 30_000, everyMs = 20, what = 'the condition' } = options;
  const until = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= until) {
      const why = lastError instanceof Error ? ` (last: ${lastError.message})` : '';
      throw new Error(`Waited ${timeoutMs} ms for ${what}, in vain${why}.`, { cause: lastError });
    }
    await sleep(everyMs);
  }
}
