import type { SequencedEvent } from './catalogue-event.js';
import type { ProviderGateway } from './gateway.js';
import { GatewayError } from './gateway-error.js';

/** Events that one page has at most; the gateway ends a page after some megabytes too. */
const PAGE_EVENTS = 500;

/** A page of the log. */
export interface LogPage {
  events: SequencedEvent[];
  /** The log's last sequence number. */
  head: number;
}

/** Events behind a sequence number. Throws as the gateway does: `events-trimmed` when some of them are gone. */
export async function readLog(
  gateway: ProviderGateway,
  after: number,
  signal: AbortSignal,
): Promise<LogPage> {
  const page = await gateway.json<Partial<LogPage>>(`/events?after=${after}&limit=${PAGE_EVENTS}`, signal);
  if (!Array.isArray(page.events) || !Number.isSafeInteger(page.head))
    throw new GatewayError('unusable-answer', 'The answer is no page of an event log.');
  return page as LogPage;
}
