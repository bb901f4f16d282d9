import type { FetchedPage } from '@catalogue-sync/providers';

/** Pages on their way into the stream, several at a time. The first failure is kept and thrown at whoever hands in the next page. */
export class PagesUnderWay {
  private readonly underWay = new Set<Promise<void>>();
  private failure?: { error: unknown };

  constructor(private readonly publish: (page: FetchedPage) => Promise<void>) {}

  /** Starts publishing. Throws what an earlier page failed with. */
  start(page: FetchedPage): void {
    this.throwIfFailed();
    const task = this.publish(page)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => this.underWay.delete(task));
    this.underWay.add(task);
  }

  /** Waits until nothing is under way; never throws. */
  async settle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }
}
