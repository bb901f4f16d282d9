import {
  CatalogueSyncError,
  ERROR_CODE,
  STREAM,
  subjects,
  type EventType,
  type ProviderId,
  type StoredEvent,
} from '@catalogue-sync/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import type { OutboundMessage } from '../message/outbound-message.js';
import { isAbsent } from '../provision/partition.js';
import { provisionStreams } from '../provision/streams.js';
import { backoffMs } from '../server/backoff.js';
import { describeFailure } from '../server/failure.js';
import { MAX_BATCH_MESSAGES, publishAtomically } from './atomic-batch.js';
import type { EventLog } from './event-log.js';
import { EventTail, type Tail } from './event-tail.js';

/** Bytes of bodies in one batch, about: what the server keeps in memory until the commit. */
const MAX_BATCH_BYTES = 4_000_000;
const ATTEMPTS = 10;
/** Tails remembered; providers beyond it cost a look at the stream. */
const MAX_REMEMBERED = 10_000;

/**
 * Publishes a provider's event log to JetStream, in order, without a gap and never beyond the log. It keeps no mark: where to go on is read from
 * the last message of the provider's subjects, and each atomic batch is fenced by that message's stream sequence. Two relays at once, a
 * zombie, a lost tail and a wiped stream are therefore all the same path: the batch is refused, the tail is read again.
 */
export class EventRelay {
  private readonly tails = new Map<ProviderId, Tail>();
  private readonly tail: EventTail;

  constructor(
    private readonly nc: NatsConnection,
    private readonly log: EventLog,
    /** Called within each batch, before its commit: for tests that end the process there. */
    private readonly withinBatch?: () => Promise<void>,
  ) {
    this.tail = new EventTail(nc, log);
  }

  /**
   * Publishes what the log holds beyond the stream's tail and gives the last sequence number that is published. `fresh` (consecutive events
   * that have just been committed) is published from memory when it continues the tail; then nothing beyond it is looked for. Without
   * `fresh` the stream's real tail is read, whatever is remembered. Throws `service-unavailable` when JetStream cannot be reached.
   */
  async relay(provider: ProviderId, fresh?: readonly StoredEvent[]): Promise<number> {
    if (fresh === undefined) this.tails.delete(provider);
    let dedupe = true;
    for (let attempt = 1; ; attempt++) {
      let before: Tail | undefined;
      try {
        before = this.tails.get(provider) ?? (await this.tail.read(provider));
        this.remember(provider, before);
        return await this.publishFrom(provider, before, fresh, dedupe);
      } catch (error) {
        const reached = this.tails.get(provider);
        this.tails.delete(provider);
        if (attempt >= ATTEMPTS || this.nc.isClosed()) throw toError(provider, error);
        if (isAbsent(error)) await provisionStreams(this.nc).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, 10, 2_000)));
        dedupe = await this.isMoved(provider, reached);
      }
    }
  }

  private async publishFrom(
    provider: ProviderId,
    from: Tail,
    fresh: readonly StoredEvent[] | undefined,
    dedupe: boolean,
  ): Promise<number> {
    let tail = from;
    const unpublished = fresh?.filter((event) => event.seq > tail.seq);
    if (fresh && unpublished?.[0]?.seq === tail.seq + 1) {
      for (const batch of cutBatches(unpublished)) tail = await this.publish(provider, tail, batch, dedupe);
      return tail.seq;
    }
    if (fresh?.length && unpublished?.length === 0) return tail.seq;
    for (;;) {
      const events = await this.log.read(provider, tail.seq, MAX_BATCH_MESSAGES);
      if (events.length === 0) return tail.seq;
      for (const batch of cutBatches(events)) tail = await this.publish(provider, tail, batch, dedupe);
    }
  }

  private async publish(
    provider: ProviderId,
    tail: Tail,
    events: readonly StoredEvent[],
    dedupe: boolean,
  ): Promise<Tail> {
    const fence = { subject: subjects.eventsOf(provider), streamSeq: tail.streamSeq };
    const messages = events.map((event) => toMessage(provider, event));
    this.nc.publish(subjects.eventsComingHint(provider));
    const streamSeq = await publishAtomically(this.nc, messages, fence, dedupe, this.withinBatch);
    const next = { seq: events.at(-1)?.seq ?? tail.seq, streamSeq };
    this.remember(provider, next);
    return next;
  }

  /**
   * After a refusal: true when another relay moved the tail. When it stands where we expected it, the ids were refused: the messages were
   * in the stream within its two minutes and were deleted since. The fence alone then keeps them from doubling.
   */
  private async isMoved(provider: ProviderId, expected: Tail | undefined): Promise<boolean> {
    try {
      const actual = await this.tail.read(provider);
      return actual.streamSeq !== expected?.streamSeq;
    } catch {
      return true;
    }
  }

  private remember(provider: ProviderId, tail: Tail): void {
    this.tails.delete(provider);
    this.tails.set(provider, tail);
    if (this.tails.size > MAX_REMEMBERED) {
      for (const oldest of this.tails.keys()) {
        this.tails.delete(oldest);
        break;
      }
    }
  }
}

function* cutBatches(events: readonly StoredEvent[]): Generator<StoredEvent[]> {
  let batch: StoredEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (
      batch.length > 0 &&
      (batch.length >= MAX_BATCH_MESSAGES || bytes + event.data.length > MAX_BATCH_BYTES)
    ) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += event.data.length;
  }
  if (batch.length > 0) yield batch;
}

function toMessage(provider: ProviderId, event: StoredEvent): OutboundMessage {
  return {
    subject: subjects.event(provider, event.type as EventType, event.kind),
    type: event.type,
    messageId: `${provider}:${event.seq}`,
    providerId: provider,
    seq: event.seq,
    time: event.time,
    body: event.data,
    ...(event.jobId === undefined ? {} : { jobId: event.jobId }),
    ...(event.subject === undefined ? {} : { itemSubject: event.subject }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  };
}

function toError(provider: ProviderId, error: unknown): CatalogueSyncError {
  if (error instanceof CatalogueSyncError) return error;
  return new CatalogueSyncError(
    ERROR_CODE.serviceUnavailable,
    `The events of ${provider} could not be published to ${STREAM.events}: ${describeFailure(error)}. They are kept and published later.`,
    { cause: error },
  );
}
