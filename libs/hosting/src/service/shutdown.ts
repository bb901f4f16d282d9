import { redactUrls } from '@catalogue-sync/observability';

/** How long draining may take before the process goes anyway, ms. */
export const DRAIN_LIMIT_MS = 10_000;

/**
 * Calls `stop` once on SIGTERM, SIGINT or the loss of the parent's IPC channel, then exits: 0 when it ended in time, 1 when it failed or
 * took longer than 10 s. Signals that come while it drains change nothing: a terminal sends Ctrl-C to the whole group.
 */
export function onShutdown(stop: (reason: string) => Promise<void>, log: (message: string) => void): void {
  let stopping = false;
  const begin = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log(`Draining took longer than ${DRAIN_LIMIT_MS / 1000} s: leaving`);
      process.exit(1);
    }, DRAIN_LIMIT_MS).unref();
    stop(reason).then(
      () => process.exit(0),
      (error: unknown) => {
        log(`Closing failed: ${redactUrls(error instanceof Error ? error.message : String(error))}`);
        process.exit(1);
      },
    );
  };
  // A process in an unknown state holds leases that others could have: it goes at once, and what starts it starts it again.
  process.on('uncaughtException', (error) => {
    log(`Uncaught: ${redactUrls(error.stack ?? error.message)}`);
    process.exit(1);
  });
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  if (process.send) process.on('disconnect', () => begin('the parent process is gone'));
}
