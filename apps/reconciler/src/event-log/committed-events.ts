import type { StoredEvent } from '@catalogue-sync/contracts';

/** The events that a piece of work committed, in order, for the relay to publish from memory where it can. */
export class CommittedEvents {
  private readonly stored: StoredEvent[] = [];
  private partial = false;
  private count = 0;

  /** Adds events of a transaction that has committed. */
  add(events: readonly StoredEvent[]): void {
    this.stored.push(...events);
    this.count += events.length;
  }

  /** Notes events that SQL made without their passing through here: the relay must read the log. */
  addUnread(count: number): void {
    if (count === 0) return;
    this.partial = true;
    this.count += count;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** The events, or undefined when the log has to be read. */
  get fresh(): StoredEvent[] | undefined {
    return this.partial ? undefined : this.stored;
  }
}
