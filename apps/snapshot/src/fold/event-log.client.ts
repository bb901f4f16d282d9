import { REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import type { RequestClient } from '@catalogue-sync/messaging';
import type { SequencedEvent } from './catalogue-change.js';

/** Events asked for at once; the answer is cut by bytes before. */
const EVENTS_PER_REQUEST = 1000;

/** The provider's event log: the record behind the stream. */
export interface EventLog {
  /** Events that follow `after`, in order; none when the log ends there. Throws `service-unavailable` when nobody answers. */
  read(provider: ProviderId, after: number): Promise<SequencedEvent[]>;
}

/** The log as the reconciler serves it; asked only when the stream has a gap. */
export class EventLogClient implements EventLog {
  constructor(private readonly requests: RequestClient) {}

  async read(provider: ProviderId, after: number): Promise<SequencedEvent[]> {
    const slice = await this.requests.send(REQUEST.getEvents, {
      providerId: provider,
      after,
      limit: EVENTS_PER_REQUEST,
    });
    return slice.events.map(({ seq, type, data }) => ({ seq, type, body: Buffer.from(data) }));
  }
}
