import type { StoredEvent } from '@catalogue-sync/contracts';

/** The events that a piece of work committed and that are not on their way, in order, for the relay to publish from memory where it can. */
export class CommittedEvents {
  private stored: StoredEvent[] = [];
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

  /** Hands the events over, to be published; undefined when the log has to be read for them. */
  take(): StoredEvent[] | undefined {
    const taken = this.partial ? undefined : this.stored;
    this.stored = [];
    this.partial = false;
    this.count = 0;
    return taken;
  }
}
