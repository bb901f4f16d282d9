import type { SequencedEvent } from './catalogue-event.js';
import type { ProviderGateway } from './gateway.js';

/** From where a source is to be read. */
export interface SourceRequest {
  providerId: string;
  /** The gateway of the provider, for sources that read from it. */
  gateway: ProviderGateway;
  /** Events behind this sequence number are wanted. */
  after: number;
  signal: AbortSignal;
}

/**
 * A way that events come: NATS or server-sent events. What to implement: batches of events in rising order, read no faster than they are taken. Not
 * your job: repeats, gaps and what is older than the source holds; the follower skips, fills and asks for a snapshot. An empty batch says that the source
 * holds nothing behind `after` now, so that the follower looks into the log. It ends, or throws, when it breaks; the follower opens it again.
 */
export interface EventSource {
  open(request: SourceRequest): AsyncIterable<readonly SequencedEvent[]>;
  /** Called once, when the follower ends. */
  close(): Promise<void>;
}
