import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError } from '@catalogue-sync/api-client';

const TRIES = 3;
const PAUSE_MS = 1_000;

/**
 * Sends a POST again when the connection broke before its answer came: with the same idempotency key the gateway does it once. Throws what the last
 * try throws.
 */
export async function sendOnce<T>(
  send: (headers: { 'Idempotency-Key': string }) => Promise<T>,
  signal: AbortSignal,
  pauseMs: number = PAUSE_MS,
): Promise<T> {
  const headers = { 'Idempotency-Key': randomUUID() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(headers);
    } catch (error) {
      if (!(error instanceof UnreachableError) || attempt === TRIES) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}
