/** Signals that ask us to end. SIGHUP: the terminal was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C arrives up to three times: from the terminal, from npm and from the start script. */
const SAME_REQUEST_MS = 2000;

/**
 * The wish to end: a signal, or the end of the process that started us with an IPC channel. The first wish ends everything in order;
 * one that comes 2 s later or more is meant: it forces.
 */
export class StopRequest {
  private readonly controller = new AbortController();
  private firstAt = 0;
  /** Aborted, with the reason in words, once we are to end. */
  readonly signal = this.controller.signal;
  /** Resolves with the reason in words. */
  readonly requested: Promise<string>;

  constructor(private readonly force: () => void) {
    this.requested = new Promise((resolve) => {
      this.signal.addEventListener('abort', () => resolve(String(this.signal.reason)));
    });
  }

  /** Starts to listen to the process's signals. */
  listen(): this {
    for (const signal of SIGNALS) process.on(signal, () => this.request(signal));
    if (process.send !== undefined) process.on('disconnect', () => this.request('the start script is gone'));
    return this;
  }

  request(reason: string, now = performance.now()): void {
    if (this.signal.aborted) {
      if (now - this.firstAt >= SAME_REQUEST_MS && reason !== 'the start script is gone') this.force();
      return;
    }
    this.firstAt = now;
    this.controller.abort(reason);
  }
}
