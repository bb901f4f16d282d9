/** Delay before the nth retry (from 1), ms: doubling, capped, with jitter so that replicas do not retry in step. */
export function backoffMs(attempt: number, firstMs = 100, capMs = 5_000): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return full / 2 + (full / 2) * Math.random();
}

/** Waits, or returns early when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
