import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import type { JobId } from '@catalogue-sync/contracts';

export function jobLeaseName(jobId: JobId): string {
  return `job:${jobId}`;
}

/** Keeps a lease alive from a timer until it is stopped, and says so once when it is lost. */
export class Heartbeat {
  private readonly timer: NodeJS.Timeout;
  private renewedAt = performance.now();
  private lost = false;

  constructor(
    private readonly leases: Pick<LeaseStore, 'renew'>,
    readonly lease: Lease,
    private readonly ttlMs: number,
    private readonly onLost: () => void,
  ) {
    this.timer = setInterval(() => void this.beat(), ttlMs / 3);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async beat(): Promise<void> {
    const asked = performance.now();
    try {
      if (!(await this.leases.renew(this.lease, this.ttlMs))) return this.lose();
      this.renewedAt = asked;
    } catch {
      // The database is away: the lease still stands until its time is up.
      if (performance.now() - this.renewedAt >= this.ttlMs) this.lose();
    }
  }

  private lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.stop();
    this.onLost();
  }
}
