import type { ServerResponse } from 'node:http';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import type { LivePatchDto, LiveStateDto } from '@catalogue-sync/contracts/rest';
import type { LiveStateReader } from './live-state.js';

/** Streams that one gateway serves at most. */
const MAX_STREAMS = 1_000;
/** A reader that has so many bytes waiting does not read: it is closed, and gets the whole state when it comes again. */
const MAX_WAITING_BYTES = 2_000_000;
/** A comment: proxies and readers take silence for a broken connection. */
const HEARTBEAT = ': still here\n\n';
/** How long a reader shall wait before it comes again, ms. */
const RETRY_MS = 1_000;

/** A page at the other end. */
export interface LiveReader extends LiveStateReader {
  /** Aborted when the connection is over. */
  signal: AbortSignal;
}

/** Connections to pages that show the state of all providers, bounded in number and in what waits for each. */
export class LiveStreams implements BeforeApplicationShutdown {
  private readonly streams = new Set<() => void>();

  /** `heartbeatMs`: a reader is sent something so often at least. */
  constructor(private readonly heartbeatMs: number) {}

  /** Throws `service-unavailable` when too many are served already. */
  assertRoom(): void {
    if (this.streams.size >= MAX_STREAMS)
      throw new CatalogueSyncError(
        ERROR_CODE.serviceUnavailable,
        'Too many pages are open. Close some, and try again.',
      );
  }

  /** Serves until the reader goes, falls behind, or the gateway stops. Undefined when it has gone already. */
  accept(response: ServerResponse): LiveReader | undefined {
    // Who left while the services were asked has closed already, and does so once.
    if (response.destroyed) return undefined;
    const stop = new AbortController();
    const close = () => response.end();
    this.streams.add(close);
    const heartbeat = setInterval(() => send(response, HEARTBEAT), this.heartbeatMs);
    response.once('close', () => {
      clearInterval(heartbeat);
      this.streams.delete(close);
      stop.abort();
    });
    // What goes wrong with the connection ends in `close`.
    response.on('error', () => undefined);
    return {
      signal: stop.signal,
      open: (state) => send(response, `retry: ${RETRY_MS}\n${frame('state', state)}`),
      patch: (patch) => send(response, frame('patch', patch)),
    };
  }

  beforeApplicationShutdown(): void {
    for (const close of this.streams) close();
  }
}

function frame(event: 'state' | 'patch', body: LiveStateDto | LivePatchDto): string {
  return `event: ${event}\nid: ${body.revision}\ndata: ${JSON.stringify(body)}\n\n`;
}

function send(response: ServerResponse, text: string): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  else response.write(text);
}
