import { EVENT_TYPE } from '#contracts';
import type { SequencedEvent } from './catalogue-event.js';
import { readLog } from './event-log.js';
import type { EventSource } from './event-source.js';
import { findStart } from './find-start.js';
import type { Delivery, StartReason } from './follow.js';
import type { ProviderGateway } from './gateway.js';
import { GatewayError, isPassing, isRefusal, UnreachableError } from './gateway-error.js';
import type { Upcasting } from './upcasting.js';
import { pause, waitMs, within } from './waiting.js';

export interface FollowingParts<E extends SequencedEvent> {
  providerId: string;
  gateway: ProviderGateway;
  source: EventSource;
  after: number | undefined;
  upcasting: Upcasting<E>;
  only: (event: E) => boolean;
  onTrouble: (error: Error, retryInMs: number) => void;
  idleMs: number;
  signal: AbortSignal;
}

/** One reader's way along a log. */
export class Following<E extends SequencedEvent> {
  private position: number | undefined;
  private startReason: StartReason = 'no-position';
  private hasEnded = false;
  /** Tries in a row that delivered nothing. */
  private failures = 0;

  constructor(private readonly parts: FollowingParts<E>) {
    this.position = parts.after;
  }

  /** See `follow`. Throws the signal's reason when it is aborted. */
  async *deliveries(): AsyncGenerator<Delivery<E>, void> {
    const { signal } = this.parts;
    for (;;) {
      let trouble: unknown;
      try {
        if (this.position === undefined) yield* this.startOver();
        else yield* this.tail(this.position);
        if (this.hasEnded) return;
      } catch (error) {
        signal.throwIfAborted();
        if (this.position !== undefined && isRefusal(error, 'provider-not-found')) {
          yield { type: 'deleted', position: this.position };
          return;
        }
        if (isRefusal(error, 'events-trimmed')) {
          this.position = undefined;
          this.startReason = 'events-trimmed';
        } else if (isPassing(error)) trouble = error;
        else throw error;
      }
      signal.throwIfAborted();
      await this.rest(trouble);
      this.failures += 1;
    }
  }

  private async rest(trouble: unknown): Promise<void> {
    // What had gone well is taken up again at once.
    const ms = this.failures === 0 ? 0 : waitMs(this.failures - 1, trouble);
    if (trouble instanceof Error) this.parts.onTrouble(trouble, ms);
    if (ms > 0) await pause(ms, this.parts.signal);
  }

  private async *startOver(): AsyncGenerator<Delivery<E>> {
    const snapshot = await findStart(this.parts.gateway, this.parts.signal);
    try {
      yield { type: 'snapshot', reason: this.startReason, snapshot };
    } finally {
      await snapshot.close();
    }
    this.position = snapshot.asOfSeq;
  }

  /** Reads the source until it breaks, or is found to lag behind the log. */
  private async *tail(after: number): AsyncGenerator<Delivery<E>> {
    const { providerId, gateway, source, signal, idleMs } = this.parts;
    const leaving = new AbortController();
    const batches = source
      .open({ providerId, gateway, after, signal: AbortSignal.any([signal, leaving.signal]) })
      [Symbol.asyncIterator]();
    let next = batches.next();
    try {
      while (!this.hasEnded) {
        const result = await within(next, idleMs);
        if (result?.done === true) return;
        const batch = result?.value ?? [];
        const before = this.position;
        if (batch.length > 0) yield* this.take(batch);
        else yield* this.catchUp();
        // Nothing came, and the log has more: the source is stuck.
        if (result === undefined && this.position !== before) return;
        if (result !== undefined) next = batches.next();
      }
    } finally {
      leaving.abort();
      // Whatever it still brings is not wanted, nor is what goes wrong with it.
      next.catch(() => undefined);
      await batches.return?.().catch(() => undefined);
    }
  }

  /** Delivers what is new of a batch; what is missing before it comes from the log. */
  private async *take(batch: readonly SequencedEvent[]): AsyncGenerator<Delivery<E>> {
    let rest = this.newOf(batch);
    while (rest[0] !== undefined && !this.hasEnded) {
      if (rest[0].seq === this.standing + 1) {
        const end = rest.findIndex(({ seq }, index) => seq !== this.standing + 1 + index);
        yield* this.deliver(end < 0 ? rest : rest.slice(0, end));
      } else {
        yield* this.catchUp(rest[0].seq);
      }
      rest = this.newOf(rest);
    }
  }

  /** Delivers what the log has behind the position, up to its end or the event `upTo`. */
  private async *catchUp(upTo = Number.POSITIVE_INFINITY): AsyncGenerator<Delivery<E>> {
    const { gateway, signal } = this.parts;
    while (this.standing + 1 < upTo && !this.hasEnded) {
      const { events, head } = await readLog(gateway, this.standing, signal);
      if (events.length === 0) {
        if (upTo === Number.POSITIVE_INFINITY) return;
        throw new UnreachableError(
          `Event ${this.standing + 1} is neither in the stream nor in the log yet; the log ends at ${head}.`,
        );
      }
      if (events.some(({ seq }, index) => seq !== this.standing + 1 + index))
        throw new GatewayError('unusable-answer', `The log has a gap behind event ${this.standing}.`);
      yield* this.deliver(events);
      if (upTo === Number.POSITIVE_INFINITY && this.standing >= head) return;
    }
  }

  /** `events` follow the position without a gap. */
  private async *deliver(events: readonly SequencedEvent[]): AsyncGenerator<Delivery<E>> {
    const { upcasting, only } = this.parts;
    const last = events.findIndex(({ type }) => type === EVENT_TYPE.providerDeleted);
    const run = last < 0 ? events : events.slice(0, last + 1);
    const position = this.standing + run.length;
    const read = run.flatMap((event) => upcasting.read(event) ?? []).filter(only);
    yield { type: 'events', events: read, position };
    this.position = position;
    this.failures = 0;
    if (last < 0) return;
    yield { type: 'deleted', position };
    this.hasEnded = true;
  }

  private newOf(batch: readonly SequencedEvent[]): readonly SequencedEvent[] {
    return batch.filter(({ seq }) => seq > this.standing);
  }

  /** The position, where there must be one. */
  private get standing(): number {
    if (this.position === undefined) throw new TypeError('Events came before a snapshot.');
    return this.position;
  }
}
