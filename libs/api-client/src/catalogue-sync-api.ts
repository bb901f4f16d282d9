import { toApiError, UnreachableError } from './api-error.js';
import { followEvents, type FollowedEvent } from './follow-events.js';
import { createClient } from './generated/client/index.js';
import { Operations } from './generated/sdk.gen.js';

export interface ApiOptions {
  /** Of the gateway: `http://127.0.0.1:3000`; in a page that the gateway serves, the empty string. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer …`. Absent in a browser, which has a session cookie. */
  apiKey?: string;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** An answer must begin within this long, ms; by default 130 s, since a connection test may take two minutes. */
  answerWithinMs?: number;
  /** In the place of the runtime's own. */
  fetch?: typeof fetch;
}

const ANSWER_WITHIN_MS = 130_000;

/**
 * Every operation of the REST API by its name, typed from the OpenAPI file: `api.startSync({ path: { id }, body: {} })` resolves to the
 * answer's body. Throws ApiError on a refusal and UnreachableError when there is no answer; an abort of the caller's `signal` is thrown as
 * it is. Runs in Node and in browsers.
 */
export class CatalogueSyncApi extends Operations {
  constructor(private readonly options: ApiOptions) {
    super({ client: configuredClient(options) });
  }

  /**
   * A provider's events after the sequence number `after`, without a gap, as they happen. Broken connections are made anew. Ends with the
   * signal; throws ApiError when the events cannot be had any more (410: load a snapshot) and UnreachableError after ten failures in a row.
   */
  followEvents(provider: string, after: number, signal: AbortSignal): AsyncGenerator<FollowedEvent> {
    const { baseUrl, fetch: ownFetch = fetch } = this.options;
    const open = (position: number, connection: AbortSignal) =>
      ownFetch(`${baseUrl}/api/providers/${encodeURIComponent(provider)}/events/stream?after=${position}`, {
        headers: { ...headersOf(this.options), accept: 'text/event-stream' },
        signal: connection,
      });
    return followEvents(open, after, signal);
  }
}

function configuredClient(options: ApiOptions) {
  const { baseUrl, fetch: ownFetch, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const client = createClient({
    baseUrl,
    throwOnError: true,
    headers: headersOf(options),
    fetch: limited(ownFetch ?? ((...request) => fetch(...request)), answerWithinMs),
  });
  client.interceptors.error.use((error, response, request) => {
    if (response !== undefined && !response.ok) return toApiError(response, error);
    if (request?.signal.aborted === true) return error;
    const reason = reasonOf(error);
    return new UnreachableError(`${baseUrl === '' ? 'The gateway' : baseUrl} does not answer: ${reason}.`, {
      cause: error,
    });
  });
  return client;
}

function headersOf({ apiKey, headers }: ApiOptions): Record<string, string> {
  return { ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }), ...headers };
}

/** Limits the time to the head of the answer; a large body may take longer. */
function limited(ask: typeof fetch, withinMs: number): typeof fetch {
  return async (input, init) => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const signal = given == null ? limit.signal : AbortSignal.any([given, limit.signal]);
    try {
      return await ask(input, { ...init, signal });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** `fetch failed` hides what happened in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return cause?.message || message || String(error);
}
