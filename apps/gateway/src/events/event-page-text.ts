import type { EventLogPage, EventRow } from './event-log.store.js';

/** The answer's text. Bodies are raw JSON already, and are set in without being parsed. */
export function eventPageText(page: Pick<EventLogPage, 'events' | 'nextAfter' | 'head'>): string {
  return `{"events":[${page.events.map(eventText).join(',')}],"nextAfter":${page.nextAfter},"head":${page.head}}`;
}

/** An event as answers have it. */
export function eventText(event: EventRow): string {
  const attributes = JSON.stringify({
    seq: event.seq,
    type: event.type,
    time: event.time.toISOString(),
    subject: event.subject ?? undefined,
    jobId: event.jobId ?? undefined,
    reason: event.reason ?? undefined,
  });
  return `${attributes.slice(0, -1)},"data":${event.data}}`;
}
