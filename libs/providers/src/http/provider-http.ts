import { Agent } from 'undici';
import { ERROR_CODE, type ProviderSettings } from '@catalogue-sync/contracts';
import { DecodingSink, MemorySink } from './body.js';
import { failureOfError, failureOfStatus } from './classify.js';
import { exchange, type BodySink, type ResponseHeaders } from './exchange.js';
import { RequestLimiter, type Release } from './limiter.js';
import { followRedirect, isRedirect, MAX_REDIRECTS, type RequestHeaders } from './redirects.js';
import { badAnswer, cancelledError, RequestFailure } from './request-failure.js';
import { unlessAborted } from './wait.js';
import { DEFAULT_RETRY_POLICY, withRetries, type RetryPolicy } from './retry.js';

const CONNECT_TIMEOUT_MS = 15_000;
/** A panel may think for minutes before it sends the first byte of a long list. */
const SLOW_HEAD_FACTOR = 3;
/** Bytes of an answer that is read into memory. */
const MAX_ANSWER_BYTES = 64_000_000;
const MAX_ERROR_BYTES = 65_536;

/** A whole answer with status 200 to 299. */
export interface HttpAnswer {
  status: number;
  headers: ResponseHeaders;
  body: Buffer;
  /** Where it came from, after redirects. */
  url: URL;
}

export interface HttpRequest {
  url: URL;
  /** A function is asked right before each try is sent, however long that had to wait. */
  headers?: RequestHeaders | (() => RequestHeaders);
  signal: AbortSignal;
  /** Tries at most, where fewer than usual will do. */
  maxTries?: number;
  /** What must settle before this may be sent, if anything must at the time; no place is taken meanwhile. */
  hold?: () => Promise<unknown> | undefined;
}

/** Where a download goes; made anew for each try. */
export interface DownloadTarget extends BodySink {
  /** The body has ended. Throwing a `RequestFailure` that may be repeated starts the download again. */
  end(): Promise<void>;
}

/**
 * All HTTP to one provider: kept-alive connections per host, timeouts, redirects, gzip, size caps, retries with back-off, and the bounds on
 * requests per second and in parallel. Failures are `RequestFailure`s, whose messages hold no part of any URL.
 */
export class ProviderHttp {
  readonly limiter: RequestLimiter;
  private readonly agent: Agent;
  private readonly policy: RetryPolicy;
  private readonly maxBodyBytes: number;
  private readonly idleTimeoutMs: number;
  /** Origins that redirect for good to another scheme or port of their host. */
  private readonly moved = new Map<string, string>();

  constructor(
    private readonly options: {
      settings: ProviderSettings;
      userAgent: string;
      retry?: Partial<RetryPolicy> | undefined;
      log?: ((line: string) => void) | undefined;
    },
  ) {
    const { settings } = options;
    this.limiter = new RequestLimiter(settings);
    this.policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    this.maxBodyBytes = settings.maxBodyBytes;
    this.idleTimeoutMs = settings.idleTimeoutMs;
    this.agent = new Agent({
      connections: this.limiter.parallel,
      pipelining: 1,
      allowH2: false,
      connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, settings.idleTimeoutMs) },
      keepAliveTimeout: 30_000,
    });
  }

  /** Fetches a whole answer. `read` may throw a `RequestFailure` to have a useless answer asked for again. */
  get<T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T> {
    const maxBytes = Math.min(this.maxBodyBytes, MAX_ANSWER_BYTES);
    return this.repeat(request, async () => {
      const sink = new MemorySink(maxBytes);
      const head = await this.follow(request, this.idleTimeoutMs, () => sink);
      return read({ ...head, body: await sink.read() });
    });
  }

  /** Streams an answer into a target. The next try, if one is made, gets a target of its own. */
  download<T extends DownloadTarget>(
    request: HttpRequest,
    makeTarget: (head: { headers: ResponseHeaders }) => T,
  ): Promise<T> {
    return this.repeat(request, async () => {
      let target: T | undefined;
      let decoding: DecodingSink | undefined;
      try {
        await this.follow(request, this.idleTimeoutMs * SLOW_HEAD_FACTOR, (headers) => {
          target = makeTarget({ headers });
          return (decoding = new DecodingSink(target, this.maxBodyBytes));
        });
        await decoding?.end();
      } finally {
        decoding?.destroy();
      }
      if (target === undefined) throw badAnswer('The provider sent no answer.');
      await target.end();
      return target;
    });
  }

  /** Closes every connection at once. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private repeat<T>(request: HttpRequest, attempt: () => Promise<T>): Promise<T> {
    const policy =
      request.maxTries === undefined
        ? this.policy
        : { ...this.policy, maxTries: Math.min(request.maxTries, this.policy.maxTries) };
    return withRetries(
      policy,
      request.signal,
      async () => {
        const release = await this.turn(request);
        try {
          return await attempt();
        } finally {
          release();
        }
      },
      (failure, waitMs) => {
        if (failure.repeat === 'later') this.limiter.pause(waitMs);
        this.options.log?.(`Trying again in ${Math.round(waitMs)} ms: ${failure.message}`);
      },
    );
  }

  private async turn({ signal, hold }: HttpRequest): Promise<Release> {
    for (;;) {
      const release = await this.limiter.acquire(signal);
      const held = hold?.();
      if (held === undefined) return release;
      release();
      await unlessAborted(
        held.catch(() => undefined),
        signal,
      );
    }
  }

  /** One request with its redirects. The sink gets the body of the final, successful answer. */
  private async follow(
    request: HttpRequest,
    headersTimeoutMs: number,
    makeSink: (headers: ResponseHeaders) => BodySink,
  ): Promise<{ status: number; headers: ResponseHeaders; url: URL }> {
    let url = this.currentAddress(request.url);
    let headers: RequestHeaders = this.withDefaults(request);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      if (hop > 0) await this.limiter.pace(request.signal);
      const head = await this.once(url, headers, request.signal, headersTimeoutMs, makeSink);
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
    url: URL,
    headers: RequestHeaders,
    signal: AbortSignal,
    headersTimeoutMs: number,
    makeSink: (headers: ResponseHeaders) => BodySink,
  ): Promise<{ status: number; headers: ResponseHeaders; location: string | undefined }> {
    let status = 0;
    let responseHeaders: ResponseHeaders = {};
    let location: string | undefined;
    let failure: RequestFailure | undefined;
    try {
      await exchange(this.agent, {
        url,
        headers,
        signal,
        headersTimeoutMs,
        idleTimeoutMs: this.idleTimeoutMs,
        onHead: (answered, received) => {
          status = answered;
          responseHeaders = received;
          const target = received['location'];
          if (isRedirect(answered, target)) location = target;
          else if (answered < 200 || answered > 299)
            failure = failureOfStatus(answered, received, Date.now());
          else return makeSink(received);
          return new DiscardingSink();
        },
      });
    } catch (error) {
      if (signal.aborted) throw cancelledError();
      // The status says more than how the body of the error page ended.
      if (failure === undefined && location === undefined) throw failureOfError(error) ?? error;
    }
    if (failure !== undefined) throw failure;
    return { status, headers: responseHeaders, location };
  }

  private withDefaults(request: HttpRequest): RequestHeaders {
    const headers: RequestHeaders = {
      'user-agent': this.options.userAgent,
      accept: '*/*',
      'accept-encoding': 'gzip',
      ...(typeof request.headers === 'function' ? request.headers() : request.headers),
    };
    const { username, password } = request.url;
    if (username !== '' && headers['authorization'] === undefined) {
      const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      headers['authorization'] = `Basic ${Buffer.from(login).toString('base64')}`;
    }
    return headers;
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

/** Reads away the body of an answer that says nothing, so that the connection can be used again; not a long one. */
class DiscardingSink implements BodySink {
  private bytes = 0;

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ERROR_BYTES) throw new Error('The error page is too long.');
  }
}
