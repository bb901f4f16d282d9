/** Why a runner leaves a job, to be gone on with by another or by nobody. Only `cancelled` still brings the job to its end. */
export type StopReason = 'shutdown' | 'lease-lost' | 'deleting';

/** Thrown out of a run that was stopped: nothing more may be written or published for the job. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  constructor(readonly stopReason: StopReason) {
    super(`the run was stopped: ${stopReason}`);
  }
}

/** The two brakes of a run: `cancel` ends the fetching and lets the job come to its end, `stop` ends everything at once. */
export class JobControl {
  private readonly fetching = new AbortController();
  private readonly running = new AbortController();
  private reason?: StopReason;
  private late = false;

  /** Aborted by both: what speaks to the provider hangs on it, down to the socket. */
  get fetchSignal(): AbortSignal {
    return this.fetching.signal;
  }

  /** Aborted by `stop` only. */
  get stopSignal(): AbortSignal {
    return this.running.signal;
  }

  /** Why the run was stopped; undefined while it was not. */
  get stopReason(): StopReason | undefined {
    return this.reason;
  }

  /** Fetching was ended on request; the job still goes its way. */
  get cancelled(): boolean {
    return this.fetching.signal.aborted && this.reason === undefined && !this.late;
  }

  /** Fetching was ended because the job has had its time; the job still goes its way. */
  get overdue(): boolean {
    return this.late && this.reason === undefined;
  }

  cancel(): void {
    this.fetching.abort();
  }

  /** Ends the fetching of a job that takes too long. */
  expire(): void {
    if (this.fetching.signal.aborted) return;
    this.late = true;
    this.fetching.abort();
  }

  stop(reason: StopReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.fetching.abort();
    this.running.abort();
  }

  /** Throws RunStopped after `stop`. */
  throwIfStopped(): void {
    if (this.reason !== undefined) throw new RunStopped(this.reason);
  }
}
