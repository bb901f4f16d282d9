import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from './gateway-error.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** How long to wait before the next try, ms: longer with every failure in a row, and at least as long as the gateway asks. */
export function waitMs(failures: number, error?: unknown): number {
  const asked = error instanceof GatewayError ? (error.fields.retryAfterMs ?? 0) : 0;
  return Math.max(asked, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)));
}

/** Resolves after the time, ms. Throws the signal's reason when it comes first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** What the promise resolves to, or undefined when it has not after this time, ms. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    over.abort();
  }
}
