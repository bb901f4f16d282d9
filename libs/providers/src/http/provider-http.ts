import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from 'undici';
import type { ProviderSettings } from '@catalogue-sync/contracts';
import type { AccessMemory } from '../port.js';
import { AccessControl } from './access-control.js';
import { AllowedPrivateHosts } from './allowed-private-hosts.js';
import { DecodingSink, MemorySink } from './body.js';
import type { BodySink, ResponseHeaders } from './exchange.js';
import { createGuardedAgent } from './guarded-connect.js';
import type { Release, RequestLimiter } from './limiter.js';
import type { RequestHeaders } from './redirects.js';
import { badAnswer } from './request-failure.js';
import { RequestSender, type OutgoingRequest } from './request-sender.js';
import { DEFAULT_RETRY_POLICY, withRetries, type RetryPolicy } from './retry.js';
import { conditions, type Validators } from './validators.js';
import { unlessAborted } from './wait.js';

const CONNECT_TIMEOUT_MS = 15_000;
/** A panel may think for minutes before it sends the first byte of a long list. */
const SLOW_HEAD_FACTOR = 3;
/** Bytes of an answer that is read into memory. */
const MAX_ANSWER_BYTES = 64_000_000;
/** So short an answer is read at once: it takes no time, and where it tells that the session is lost the next request must know. */
const SHORT_ANSWER_BYTES = 2_048;

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

/** One try of a request that has its place; `release` gives the place to the next one before the try is over. */
type Attempt<T> = (sentAt: number, release: Release) => Promise<T>;

export type MakeTarget<T extends DownloadTarget> = (head: { headers: ResponseHeaders }) => T;

export interface ProviderHttpOptions {
  settings: ProviderSettings;
  userAgent: string;
  retry?: Partial<RetryPolicy> | undefined;
  /** Without it no address that is not on the open Internet is asked. */
  allowedPrivateHosts?: AllowedPrivateHosts | undefined;
  log?: ((line: string) => void) | undefined;
  /** What `access()` of an earlier client of this provider said. */
  access?: AccessMemory | undefined;
  /** Every request carries the credentials; otherwise sessions do, and get lost, and only `logIn` tells of refused logins. */
  everyRequestLogsIn?: boolean | undefined;
  /** ms since 1970; for tests. */
  clock?: (() => number) | undefined;
}

/**
 * All HTTP to one provider: kept-alive connections per host, timeouts, redirects, gzip, size caps, retries with back-off, the bounds on
 * requests per second and in parallel, which give way to how the provider answers, and the rest that it is given when it wants to be left
 * alone. Failures are `RequestFailure`s, whose messages hold no part of any URL. How long a body that keeps coming may take is the
 * signal's business.
 */
export class ProviderHttp {
  private readonly control: AccessControl;
  private readonly agent: Agent;
  private readonly sender: RequestSender;
  private readonly policy: RetryPolicy;
  private readonly maxBodyBytes: number;
  private readonly idleTimeoutMs: number;

  constructor(private readonly options: ProviderHttpOptions) {
    const { settings, access: remembered, everyRequestLogsIn, clock, log } = options;
    this.policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };
    const { maxWaitMs } = this.policy;
    this.control = new AccessControl({ settings, remembered, everyRequestLogsIn, clock, log, maxWaitMs });
    this.maxBodyBytes = settings.maxBodyBytes;
    this.idleTimeoutMs = settings.idleTimeoutMs;
    this.agent = createGuardedAgent(options.allowedPrivateHosts ?? AllowedPrivateHosts.parse(), {
      connections: this.limiter.parallel,
      pipelining: 1,
      allowH2: false,
      connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, settings.idleTimeoutMs),
      keepAliveTimeout: 30_000,
    });
    this.sender = new RequestSender(this.agent, (signal) => this.limiter.pace(signal));
  }

  get limiter(): RequestLimiter {
    return this.control.limiter;
  }

  /** Fetches a whole answer. `read` may throw a `RequestFailure` to have a useless answer asked for again. */
  get<T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T> {
    const maxBytes = Math.min(this.maxBodyBytes, MAX_ANSWER_BYTES);
    const kind = kindOf(request.url);
    return this.repeat(request, async (sentAt, release) => {
      const sink = new MemorySink(maxBytes);
      const outgoing = this.outgoing(request, this.idleTimeoutMs, () => sink);
      const head = await this.sender.send(outgoing, (ms) => this.control.began(kind, ms, sentAt));
      const body = await sink.read();
      if (body.length > SHORT_ANSWER_BYTES) {
        // The next request is on its way before this answer is looked at: the provider need not wait for that. A turn of the event loop would
        // not do: of answers that came together, the first would be looked at before the others' connections are free again.
        release();
        await delay(0);
      }
      return read({ ...head, body });
    });
  }

  /** Streams an answer into a target. The next try, if one is made, gets a target of its own. */
  async download<T extends DownloadTarget>(request: HttpRequest, makeTarget: MakeTarget<T>): Promise<T> {
    return (await this.downloadIfChanged(request, {}, makeTarget)) as T;
  }

  /** The same, unless the provider says that its answer is still the one of the validators (HTTP 304): undefined then. */
  downloadIfChanged<T extends DownloadTarget>(
    request: HttpRequest,
    validators: Validators,
    makeTarget: MakeTarget<T>,
  ): Promise<T | undefined> {
    return this.repeat(request, async () => {
      let target: T | undefined;
      let decoding: DecodingSink | undefined;
      try {
        const outgoing = this.outgoing(request, this.idleTimeoutMs * SLOW_HEAD_FACTOR, (headers) => {
          target = makeTarget({ headers });
          return (decoding = new DecodingSink(target, this.maxBodyBytes));
        });
        Object.assign(outgoing.headers, conditions(validators));
        const { status } = await this.sender.send(outgoing, () => undefined);
        if (status === 304) return undefined;
        await decoding?.end();
      } finally {
        decoding?.destroy();
      }
      if (target === undefined) throw badAnswer('The provider sent no answer.');
      await target.end();
      return target;
    });
  }

  /** Runs a login, of one request or of several: when logins are refused in a row, the provider is left alone for a while. */
  logIn<T>(attempt: () => Promise<T>): Promise<T> {
    return this.control.logIn(attempt);
  }

  /** What was learned about how much the provider takes, for its next client. */
  access(): AccessMemory {
    return this.control.memory;
  }

  /** Closes every connection at once. */
  close(): Promise<void> {
    return this.agent.destroy();
  }

  private repeat<T>(request: HttpRequest, attempt: Attempt<T>): Promise<T> {
    const maxTries = Math.min(request.maxTries ?? this.policy.maxTries, this.policy.maxTries);
    return this.control.during(() =>
      withRetries(
        { ...this.policy, maxTries },
        request.signal,
        () => this.tryOnce(request, attempt),
        (failure, waitMs) => {
          if (failure.repeat === 'later') this.limiter.pause(waitMs);
          this.options.log?.(`Trying again in ${Math.round(waitMs)} ms: ${failure.message}`);
        },
        () => this.control.mayAsk,
      ),
    );
  }

  private async tryOnce<T>(request: HttpRequest, attempt: Attempt<T>): Promise<T> {
    this.control.check();
    const release = await this.turn(request);
    const sentAt = performance.now();
    try {
      // A request that waited for its turn may have been overtaken by bad news.
      this.control.check();
      const result = await attempt(sentAt, release);
      this.control.succeeded(sentAt);
      return result;
    } catch (error) {
      this.control.failed(error, sentAt);
      throw error;
    } finally {
      release();
    }
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

  private outgoing(
    request: HttpRequest,
    headersTimeoutMs: number,
    makeSink: OutgoingRequest['makeSink'],
  ): OutgoingRequest {
    const { url, signal } = request;
    const { idleTimeoutMs } = this;
    return { url, headers: this.withDefaults(request), signal, headersTimeoutMs, idleTimeoutMs, makeSink };
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
}

/** Requests of one kind take about as long as each other. */
function kindOf({ pathname, searchParams }: URL): string {
  return `${pathname} ${searchParams.get('type') ?? ''} ${searchParams.get('action') ?? ''}`;
}
