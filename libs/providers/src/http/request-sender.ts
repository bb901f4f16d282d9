import type { Dispatcher } from 'undici';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { failureOfError, failureOfStatus } from './classify.js';
import { exchange, type BodySink, type ResponseHeaders } from './exchange.js';
import { followRedirect, isRedirect, MAX_REDIRECTS, type RequestHeaders } from './redirects.js';
import { banned, cancelledError, RequestFailure } from './request-failure.js';

const MAX_ERROR_BYTES = 65_536;

export interface Head {
  status: number;
  headers: ResponseHeaders;
}

export interface OutgoingRequest {
  url: URL;
  headers: RequestHeaders;
  signal: AbortSignal;
  headersTimeoutMs: number;
  idleTimeoutMs: number;
  /** Takes the body of the final, successful answer. */
  makeSink(headers: ResponseHeaders): BodySink;
}

/** Sends one request and follows it along its redirects, without repeating it. Failures are `RequestFailure`s. */
export class RequestSender {
  /** Origins that redirect for good to another scheme or port of their host. */
  private readonly moved = new Map<string, string>();

  /** @param beforeHop waits until one more request may start */
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly beforeHop: (signal: AbortSignal) => Promise<void>,
  ) {}

  /**
   * Resolves with status 200 to 299, when the sink has the whole body, or with 304 where the request was conditional.
   *
   * @param onFirstByte is told how long the provider took to begin an answer, ms
   */
  async send(request: OutgoingRequest, onFirstByte: (ms: number) => void): Promise<Head & { url: URL }> {
    let url = this.currentAddress(request.url);
    let { headers } = request;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      if (hop > 0) await this.beforeHop(request.signal);
      const head = await this.once({ ...request, url, headers }, onFirstByte);
      if (head.location === undefined) return { ...head, url };
      const next = followRedirect(url, headers, head.location);
      if (head.status === 301 || head.status === 308) this.noteMove(url, next.url);
      ({ url, headers } = next);
    }
    throw new RequestFailure(
      ERROR_CODE.providerBadAnswer,
      `The provider redirects more than ${MAX_REDIRECTS} times. Use the address where it ends.`,
    );
  }

  private async once(
    request: OutgoingRequest,
    onFirstByte: (ms: number) => void,
  ): Promise<Head & { location: string | undefined }> {
    let status = 0;
    let headers: ResponseHeaders = {};
    let location: string | undefined;
    let failure: RequestFailure | undefined;
    const discarded = new DiscardingSink();
    const sentAt = performance.now();
    try {
      await exchange(this.dispatcher, {
        ...request,
        onHead: (answered, received) => {
          onFirstByte(performance.now() - sentAt);
          status = answered;
          headers = received;
          const target = received['location'];
          if (isRedirect(answered, target)) location = target;
          else if (answered === 304 && isConditional(request.headers)) return discarded;
          else if (!isWhole(answered)) failure = failureOfStatus(answered, received, Date.now());
          else return request.makeSink(received);
          return discarded;
        },
      });
    } catch (error) {
      if (request.signal.aborted) throw cancelledError();
      // Status and redirect say more than how the body of the error page ended.
      if (failure === undefined && location === undefined) throw failureOfError(error) ?? error;
      discarded.broke = true;
    }
    if (failure?.status === 403 && discarded.isEmpty) throw banned();
    if (failure !== undefined) throw failure;
    return { status, headers, location };
  }

  private currentAddress(url: URL): URL {
    const origin = this.moved.get(url.origin);
    return origin === undefined ? url : new URL(url.pathname + url.search, origin);
  }

  private noteMove(from: URL, to: URL): void {
    const samePlace = from.pathname === to.pathname && from.search === to.search;
    if (samePlace && from.hostname === to.hostname) this.moved.set(from.origin, to.origin);
  }
}

/** A part of a body that nobody asked to be cut (206) is no answer. */
function isWhole(status: number): boolean {
  return status >= 200 && status <= 299 && status !== 206;
}

function isConditional(headers: RequestHeaders): boolean {
  return 'if-none-match' in headers || 'if-modified-since' in headers;
}

/** Reads away the body of an answer that says nothing, so that the connection can be used again; not a long one. */
class DiscardingSink implements BodySink {
  broke = false;
  private bytes = 0;

  /** The body came to its end, and there was nothing in it. */
  get isEmpty(): boolean {
    return this.bytes === 0 && !this.broke;
  }

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ERROR_BYTES) throw new Error('The error page is too long.');
  }
}
