import { EVENT_TYPE, type ProviderId, type StoredEvent } from '@catalogue-sync/contracts';
import type { EventLog } from '../../src/publish/event-log.js';

/** The log as a list: the port's own rules, and nothing of Postgres. */
export class ListLog implements EventLog {
  readonly events: StoredEvent[] = [];
  reads = 0;

  append(count: number, bytes = 100): StoredEvent[] {
    const added = Array.from({ length: count }, (_, index): StoredEvent => {
      const seq = (this.events.at(-1)?.seq ?? 0) + 1 + (index === 0 ? 0 : index);
      return event(seq, bytes);
    });
    this.events.push(...added);
    return added;
  }
  read(_provider: ProviderId, afterSeq: number, limit: number): Promise<StoredEvent[]> {
    this.reads += 1;
    return Promise.resolve(this.events.filter((entry) => entry.seq > afterSeq).slice(0, limit));
  }
  head(): Promise<number> {
    return Promise.resolve(this.events.at(-1)?.seq ?? 0);
  }
}

export function event(seq: number, bytes = 100): StoredEvent {
  return {
    seq,
    type: EVENT_TYPE.itemAdded,
    kind: 'movie',
    subject: `movie:ü ${seq}`,
    time: new Date().toISOString(),
    data: JSON.stringify({ seq, fill: 'x'.repeat(bytes) }),
  };
}
