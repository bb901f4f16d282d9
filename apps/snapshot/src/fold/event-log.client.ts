import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import type { SequencedEvent } from './catalogue-change.js';

/** Events asked for at once; the answer is cut by bytes before. */
const EVENTS_PER_REQUEST = 1000;

/** A run of the log. */
export interface LogSlice {
  events: SequencedEvent[];
  /** From here on the log has no gap; what is missing before it was superseded. */
  firstSeq: number;
}

/** The provider's event log: the record behind the stream. */
export interface EventLog {
  /** What is left of the events that follow `after`, in order; none when the log ends there. Throws `service-unavailable` when nobody answers. */
  read(provider: ProviderId, after: number): Promise<LogSlice>;
  /** The last sequence number; 0 before the first event. */
  head(provider: ProviderId): Promise<number>;
}

/** The log as the reconciler serves it; asked when the stream has a gap, and for a rebuild. */
export class EventLogClient implements EventLog {
  constructor(private readonly requests: RequestClient) {}

  async read(provider: ProviderId, after: number): Promise<LogSlice> {
    const slice = await this.requests.send(REQUEST.getEvents, {
      providerId: provider,
      after,
      limit: EVENTS_PER_REQUEST,
    });
    return {
      events: slice.events.map(({ seq, type, data }) => ({ seq, type, body: Buffer.from(data) })),
      firstSeq: slice.firstSeq ?? 1,
    };
  }

  async head(provider: ProviderId): Promise<number> {
    const { head } = await this.requests.send(REQUEST.getEvents, {
      providerId: provider,
      after: 0,
      limit: 1,
    });
    return head;
  }
}
