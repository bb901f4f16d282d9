/** How often and how soon what died is started again. */
export interface RestartPolicy {
  firstDelayMs: number;
  longestDelayMs: number;
  /** Starts in a row that may fail before the whole gives up. */
  attempts: number;
  /** What was up for this long counts as healthy: its next death is the first again. */
  healthyAfterMs: number;
}

export const RESTART_POLICY: RestartPolicy = {
  firstDelayMs: 500,
  longestDelayMs: 15_000,
  attempts: 6,
  healthyAfterMs: 60_000,
};

/** Counts the deaths of one process. */
export class Backoff {
  private failures = 0;
  private startedAt = 0;

  constructor(private readonly policy: RestartPolicy) {}

  started(now: number): void {
    this.startedAt = now;
  }

  /** How long to wait, ms, before the next start; undefined when enough were tried. */
  died(now: number): number | undefined {
    if (this.startedAt > 0 && now - this.startedAt >= this.policy.healthyAfterMs) this.failures = 0;
    this.startedAt = 0;
    this.failures += 1;
    if (this.failures > this.policy.attempts) return undefined;
    return Math.min(this.policy.firstDelayMs * 2 ** (this.failures - 1), this.policy.longestDelayMs);
  }
}
