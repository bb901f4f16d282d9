/** Runs a task again and again, never twice at once. */
export class Ticker {
  private timer?: NodeJS.Timeout;
  private current: Promise<void> = Promise.resolve();
  private running = false;
  private again = false;
  private stopped = true;

  /** `task` is what to do; a failure of it goes to `onError` and the next turn comes as usual. */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.stopped = false;
    this.kick();
  }

  /** Runs the task at once, or once more when it is running. */
  kick(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.running = true;
    this.current = this.turn();
  }

  /** No more turns; waits for the one that is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private async turn(): Promise<void> {
    do {
      this.again = false;
      await this.task().catch(this.onError);
    } while (this.again && !this.stopped);
    this.running = false;
    if (!this.stopped) this.timer = setTimeout(() => this.kick(), this.everyMs);
  }
}
