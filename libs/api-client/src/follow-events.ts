import { EventSourceParserStream } from 'eventsource-parser/stream';
import { toApiError, UnreachableError } from './api-error.js';
import type { CatalogueEventDto } from './generated/types.gen.js';

/** An event of a provider's log. */
export type FollowedEvent = CatalogueEventDto;

/** Opens the stream behind a sequence number. */
export type OpenStream = (after: number, signal: AbortSignal) => Promise<Response>;

/** The gateway sends something every 15 s; silence of this long is a dead connection, ms. */
const SILENCE_MS = 60_000;
const RETRY_MS = 2_000;
const FAILURES_IN_A_ROW = 10;
/** One event has at most 256 KB; characters. */
const MAX_EVENT = 1_048_576;

/** See CatalogueSyncApi.followEvents. */
export async function* followEvents(
  open: OpenStream,
  after: number,
  signal: AbortSignal,
  retryMs: number = RETRY_MS,
): AsyncGenerator<FollowedEvent> {
  let position = after;
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const event of readOnce(open, position, signal)) {
        failures = 0;
        position = event.seq;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof UnreachableError)) throw error;
      failures += 1;
      if (failures === FAILURES_IN_A_ROW) throw error;
    }
    await pause(retryMs, signal);
  }
}

/** One connection, until it ends. Throws ApiError on a refusal, UnreachableError when it breaks. */
async function* readOnce(
  open: OpenStream,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const response = await open(after, AbortSignal.any([signal, silence.signal])).catch(unreachable);
    if (response.status === 503) throw new UnreachableError('The gateway cannot serve the stream now.');
    if (!response.ok || response.body === null) throw toApiError(response, await bodyOf(response));
    const messages = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ maxBufferSize: MAX_EVENT, onComment: heard }))
      .getReader();
    try {
      for (;;) {
        const { done, value } = await messages.read().catch(unreachable);
        if (done) return;
        heard();
        yield JSON.parse(value.data) as FollowedEvent;
      }
    } finally {
      // The reader may leave midway: the connection goes with it.
      await messages.cancel().catch(() => undefined);
    }
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(error: unknown): never {
  throw new UnreachableError('The event stream broke off, and could not be taken up again.', {
    cause: error,
  });
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
