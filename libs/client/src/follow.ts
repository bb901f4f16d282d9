import { CatalogueSyncError, ERROR_CODE } from '#contracts';
import type { CatalogueEvent, SequencedEvent } from './catalogue-event.js';
import type { EventSource } from './event-source.js';
import { Following } from './following.js';
import { ProviderGateway, type ProviderAddress } from './gateway.js';
import type { FoldableSnapshot } from './snapshot.js';
import { Upcasting } from './upcasting.js';

export interface FollowOptions<E extends SequencedEvent = CatalogueEvent> extends ProviderAddress {
  /** How events come: `sseEvents()`, or `natsEvents(…)` of `@catalogue-sync/client/nats`. It is closed when following ends. */
  events: EventSource;
  /** The position that was stored last; absent: begin with a snapshot. */
  after?: number | undefined;
  /** Events that are wanted; the position moves with all of them. */
  only?: (event: E) => boolean;
  /** Which versions of events the program reads; those of the contract when absent. */
  upcasting?: Upcasting<E>;
  /** Ends the following. */
  signal?: AbortSignal;
  /** Told of what went wrong and is tried again after so many ms. */
  onTrouble?: (error: Error, retryInMs: number) => void;
  /** When no event has come for so long, the log is asked whether there is one. Default 30,000 ms. */
  idleMs?: number;
}

/** Why a reader has to start over: it had no position, or what lies between its position and the log's beginning is gone. */
export type StartReason = 'no-position' | 'events-trimmed';

/** What a reader gets, in order. */
export type Delivery<E extends SequencedEvent = CatalogueEvent> =
  /** Drop what you hold, take all entries, and store `snapshot.asOfSeq`: in one transaction. */
  | { type: 'snapshot'; reason: StartReason; snapshot: FoldableSnapshot }
  /** Apply the events, none when all were filtered out, and store `position`: in one transaction. */
  | { type: 'events'; events: E[]; position: number }
  /** The provider is gone with all its items. Nothing follows. */
  | { type: 'deleted'; position: number };

/**
 * Follows a provider: a snapshot first, unless a position is given, then every event behind it, once, in order and without a gap; what a source
 * leaves out is read from the log. Nothing is read ahead of the loop but a batch, so a slow reader slows the reading. Who stores the position in the
 * transaction of its effect, and hands it back in `after`, takes each event in exactly once, whatever crashes.
 *
 * Ends when the provider is deleted or the signal is aborted. Connections that break are taken up again, for ever. Throws GatewayError when that cannot help
 * (`provider-not-found` without a position, `unauthenticated`, `forbidden`), and `invalid-request` for options or events that cannot be read.
 */
export async function* follow<E extends SequencedEvent = CatalogueEvent>(
  options: FollowOptions<E>,
): AsyncGenerator<Delivery<E>, void> {
  const { after, signal, events } = options;
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0))
    throw new CatalogueSyncError(
      ERROR_CODE.invalidRequest,
      'Give the position that was delivered last: a whole number from 0.',
      { field: 'after' },
    );
  const ending = new AbortController();
  const following = new Following<E>({
    providerId: options.providerId,
    gateway: new ProviderGateway(options),
    source: events,
    after,
    upcasting: options.upcasting ?? new Upcasting<E>(),
    only: options.only ?? (() => true),
    onTrouble: options.onTrouble ?? (() => undefined),
    idleMs: options.idleMs ?? 30_000,
    signal: signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]),
  });
  try {
    yield* following.deliveries();
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    ending.abort();
    await events.close();
  }
}
