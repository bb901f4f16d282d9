import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, type ProviderId } from '@catalogue-sync/contracts';
import type { EventLogPage, EventRow } from './event-log.store.js';
import { eventText } from './event-page-text.js';
import type { LogHeads } from './log-heads.js';
import type { ReadableLog } from './readable-log.js';

/** Streams that one gateway serves at most: each holds a connection and, while it catches up, a page. */
const MAX_STREAMS = 1_000;
/** What is read ahead of a reader at most. */
export const STREAM_PAGE = { events: 100, bytes: 256_000 } as const;
/** A comment: proxies and readers take silence for a broken connection. */
const HEARTBEAT = ': still here\n\n';
/** How long a reader shall wait before it comes again, ms. */
const RETRY_MS = 2_000;

/**
 * Readers that follow a log, each from its own place. The next page is read when the reader has taken the one before, so that a slow one costs a page
 * and holds nobody up.
 */
export class EventStreams implements BeforeApplicationShutdown {
  private readonly log = new Logger(EventStreams.name);
  private readonly open = new Set<AbortController>();

  constructor(
    private readonly events: ReadableLog,
    private readonly heads: LogHeads,
    /** A reader is sent something so often at least, ms. */
    private readonly heartbeatMs: number,
  ) {}

  /** Throws `service-unavailable` when too many are served already. */
  assertRoom(): void {
    if (this.open.size >= MAX_STREAMS)
      throw new CatalogueSyncError(
        ERROR_CODE.serviceUnavailable,
        'Too many event streams are open. Try again, or read the log page by page.',
      );
  }

  /** Serves until the reader goes, the provider is deleted or the gateway stops. `first` is the page after `after`; the head is sent already. */
  async serve(
    provider: ProviderId,
    after: number,
    first: EventLogPage,
    response: ServerResponse,
  ): Promise<void> {
    // Who left while the first page was read has closed already, and does so once.
    if (response.destroyed) return;
    const stop = new AbortController();
    this.open.add(stop);
    response.once('close', () => stop.abort());
    // What goes wrong with the connection ends in `close`.
    response.on('error', () => undefined);
    try {
      await this.follow(provider, after, first, response, stop.signal);
    } catch (error) {
      // The reader comes again with its last id, and is told then what is wrong.
      if (!stop.signal.aborted) this.log.warn({ err: error, providerId: provider }, 'an event stream ended');
    } finally {
      this.open.delete(stop);
      response.end();
    }
  }

  beforeApplicationShutdown(): void {
    for (const stop of this.open) stop.abort();
  }

  private async follow(
    provider: ProviderId,
    start: number,
    first: EventLogPage,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    let after = start;
    let page = first;
    let text = `retry: ${RETRY_MS}\n\n`;
    for (;;) {
      await send(response, text + page.events.map(messageText).join(''), signal);
      after = page.nextAfter;
      if (page.events.length === 0) await this.heads.beyond(provider, after, this.heartbeatMs, signal);
      if (signal.aborted) return;
      page = await this.events.page(provider, after, STREAM_PAGE);
      text = page.events.length === 0 ? HEARTBEAT : '';
    }
  }
}

/** Bodies are JSON of one line: what the reconciler's log holds has no line breaks but escaped ones. */
function messageText(event: EventRow): string {
  return `id: ${event.seq}\ndata: ${eventText(event).replaceAll(/[\r\n]+/g, ' ')}\n\n`;
}

/** Resolves when the reader can take more. */
async function send(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted || response.write(text)) return;
  await once(response, 'drain', { signal });
}
