import { HEADER, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { millis, type NatsConnection } from '@nats-io/transport-node';
import type { EventLog } from './event-log.js';

/** Where a provider's published events end. */
export interface Tail {
  /** The provider's sequence number up to which nothing is to be published any more. */
  seq: number;
  /** Stream sequence of the provider's last message; 0: the stream holds none. */
  streamSeq: number;
}

/** A stream that holds this share of its bytes is one that drops its oldest messages. */
const FULL_SHARE = 0.9;

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
    const info = await manager.streams.info(STREAM.events);
    return { seq: await this.lastBefore(provider, letGoBefore(info)), streamSeq: 0 };
  }

  /**
   * The last event that is older than the time (ms), 0 when there is none. What the stream has let go by age or size is not published
   * again: a whole old log would only push out the others', which would then be published again in their turn.
   */
  private async lastBefore(provider: ProviderId, time: number): Promise<number> {
    if (time <= 0) return 0;
    const head = await this.log.head(provider);
    if (this.expired.get(provider) === head) return head;
    let low = 0;
    let high = head;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [event] = await this.log.read(provider, middle, 1);
      if (event && Date.parse(event.time) < time) low = event.seq;
      else high = middle;
    }
    if (low === head) this.expired.set(provider, head);
    return low;
  }
}

/**
 * Events from before this time (ms) may have been in the stream and gone by its limits; 0: nothing has gone by limits yet, so what is
 * not there was never published, or was lost with the store.
 */
function letGoBefore({ config, created, state }: StreamInfo): number {
  const maxAgeMs = millis(config.max_age);
  const byAge = maxAgeMs > 0 && Date.now() - Date.parse(created) > maxAgeMs ? Date.now() - maxAgeMs : 0;
  const isFull = config.max_bytes > 0 && state.bytes >= FULL_SHARE * config.max_bytes;
  return Math.max(byAge, isFull ? Date.parse(String(state.first_ts)) : 0);
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
