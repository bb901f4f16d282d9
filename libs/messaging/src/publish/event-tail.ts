import { HEADER, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EventLog } from './event-log.js';

/** Where a provider's published events end. */
export interface Tail {
  /** The provider's sequence number up to which nothing is to be published any more. */
  seq: number;
  /** Stream sequence of the provider's last message; 0: the stream holds none. */
  streamSeq: number;
}

/** Reads tails from JetStream. */
export class EventTail {
  /** Where the search below ended, by provider: the log's head then. */
  private readonly expired = new Map<ProviderId, number>();

  constructor(
    private readonly nc: NatsConnection,
    private readonly log: EventLog,
  ) {}

  async read(provider: ProviderId): Promise<Tail> {
    const manager = await jetstreamManager(this.nc, { checkAPI: false });
    const last = await manager.streams.getMessage(STREAM.events, {
      last_by_subj: subjects.eventsOf(provider),
    });
    if (last) {
      this.expired.delete(provider);
      return { seq: readSeq(last.header.get(HEADER.seq)), streamSeq: last.seq };
    }
    const { state } = await manager.streams.info(STREAM.events);
    if (state.messages === 0 || state.first_seq <= 1) return { seq: 0, streamSeq: 0 };
    return {
      seq: await this.lastBefore(provider, Date.parse(state.first_ts as unknown as string)),
      streamSeq: 0,
    };
  }

  /**
   * The stream has dropped its oldest messages by age or size, and the provider's were among them. Publishing its whole log again would
   * only push out others, so it goes on at the first event that is younger than what the stream still holds.
   */
  private async lastBefore(provider: ProviderId, oldestKept: number): Promise<number> {
    const head = await this.log.head(provider);
    if (this.expired.get(provider) === head) return head;
    let low = 0;
    let high = head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [event] = await this.log.read(provider, middle, 1);
      if (event && Date.parse(event.time) < oldestKept) low = event.seq;
      else high = middle;
    }
    if (low === head) this.expired.set(provider, head);
    return low;
  }
}

function readSeq(value: string | undefined): number {
  const seq = Number(value);
  if (!Number.isSafeInteger(seq) || seq < 1) {
    throw new TypeError(
      `A message of ${STREAM.events} has no readable sequence number: was it published by something else?`,
    );
  }
  return seq;
}
