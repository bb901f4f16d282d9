import {
  CatalogueSyncError,
  ERROR_CODE,
  type ErrorCode,
  type ProviderSettings,
} from '@catalogue-sync/contracts';
import type { AccessMemory } from '../port.js';
import { AdaptiveLimits, type LearnedLimits, type Trouble } from './adaptive-limits.js';
import { CircuitBreaker, type BreakerMemory } from './circuit-breaker.js';
import { failureOfError } from './classify.js';
import { LatencyWatch } from './latency-watch.js';
import { RequestLimiter } from './limiter.js';
import { RequestFailure } from './request-failure.js';

/** Nothing was asked of the provider, or not to the end. */
const NEVER_SENT: ReadonlySet<ErrorCode> = new Set([ERROR_CODE.cancelled, ERROR_CODE.providerCoolingDown]);

/** What the next client is told; the port's part, and what only this folder needs. Where the latter gets lost, less is remembered. */
export type RememberedAccess = AccessMemory & LearnedLimits & BreakerMemory;

export interface AccessOptions {
  settings: ProviderSettings;
  remembered?: RememberedAccess | undefined;
  /**
   * Every request carries the credentials, and is a login. Otherwise there are sessions, which get lost in the best of times: only `logIn`
   * tells of refused logins then.
   */
  everyRequestLogsIn?: boolean | undefined;
  /** ms since 1970. */
  clock?: (() => number) | undefined;
  log?: ((line: string) => void) | undefined;
  /** The longest that a request waits before it is repeated, ms. */
  maxWaitMs: number;
}

/** Whether, and how much, the provider may be asked at the moment; learns from every answer (PROVIDERS A.13, B.11). */
export class AccessControl {
  readonly limiter: RequestLimiter;
  private readonly limits: AdaptiveLimits;
  private readonly latency = new LatencyWatch();
  private readonly breaker: CircuitBreaker;
  private readonly clock: () => number;
  /** Requests that were begun and are not through, those that wait for their next try included. */
  private begun = 0;
  private lastRefusal: unknown;

  constructor(private readonly options: AccessOptions) {
    const { settings, remembered, everyRequestLogsIn } = options;
    const most = { parallel: settings.parallelRequests, requestsPerSecond: settings.requestsPerSecond };
    this.limits = new AdaptiveLimits(most, remembered);
    this.limiter = new RequestLimiter(settings);
    this.limiter.adjust(this.limits.current);
    this.breaker = new CircuitBreaker(remembered, everyRequestLogsIn === true ? 1 : 2);
    this.clock = options.clock ?? Date.now;
  }

  get mayAsk(): boolean {
    return this.breaker.rest(this.clock()) === undefined;
  }

  get memory(): AccessMemory {
    return { ...this.limits.learned, ...this.breaker.memory(this.clock()) };
  }

  /** Throws `provider-cooling-down` while the provider is to be left alone. */
  check(): void {
    const rest = this.breaker.rest(this.clock());
    if (rest === undefined) return;
    throw new RequestFailure(
      ERROR_CODE.providerCoolingDown,
      `The provider is left alone until ${new Date(rest.until).toISOString()}, then it is asked again. ${rest.why}`,
    );
  }

  /** Counts a request as begun while it runs, with its repeats. */
  async during<T>(request: () => Promise<T>): Promise<T> {
    this.begun++;
    try {
      return await request();
    } finally {
      this.begun--;
    }
  }

  /** @param sentAt ms of `performance.now()` */
  succeeded(sentAt: number): void {
    this.breaker.succeeded();
    if (this.options.everyRequestLogsIn === true) this.breaker.loginAccepted();
    this.apply(this.limits.good(sentAt, performance.now()));
  }

  /** What came of a try that failed. */
  failed(error: unknown, sentAt: number): void {
    const failure = failureOfError(error);
    if (failure === undefined || NEVER_SENT.has(failure.code)) return;
    const { code, message } = failure;
    const now = this.clock();
    if (isConnectionFailure(failure))
      this.breaker.connectionFailed(now, 1 / Math.max(1, this.begun), message);
    else this.breaker.answered();
    if (failure.ban) this.breaker.banned(now, message);
    if (code === ERROR_CODE.providerAuthFailed && this.options.everyRequestLogsIn === true)
      this.refused(error);
    if (failure.retryAfterMs !== undefined && failure.retryAfterMs > this.options.maxWaitMs) {
      this.breaker.askedToWait(now, failure.retryAfterMs);
    }
    if (code === ERROR_CODE.providerRateLimited) this.askLess('refused', sentAt);
    if (code === ERROR_CODE.providerTimeout) this.askLess('slow', sentAt);
  }

  /** A short answer began after so many ms. */
  began(kind: string, ms: number, sentAt: number): void {
    switch (this.latency.note(kind, ms)) {
      case 'grown':
        return this.askLess('slow', sentAt);
      case 'grown-without-us':
        this.limits.takeBack(performance.now());
        return this.apply(true);
      case 'steady':
    }
  }

  /** Runs a login, of one request or of several; its refusals in a row end in a rest. */
  async logIn<T>(attempt: () => Promise<T>): Promise<T> {
    this.check();
    try {
      const result = await attempt();
      this.breaker.loginAccepted();
      return result;
    } catch (error) {
      if (isRefusal(error)) this.refused(error);
      throw error;
    }
  }

  private refused(error: unknown): void {
    // A refusal of one request is told twice where that request is the login.
    if (error === this.lastRefusal) return;
    this.lastRefusal = error;
    this.breaker.loginRefused(this.clock(), (error as Error).message);
  }

  private askLess(trouble: Trouble, sentAt: number): void {
    this.apply(this.limits.trouble(trouble, sentAt, performance.now(), this.limiter.recentRate));
  }

  private apply(changed: boolean): void {
    if (!changed) return;
    const { parallel, requestsPerSecond } = this.limits.current;
    this.limiter.adjust(this.limits.current);
    this.options.log?.(
      `The provider is asked ${parallel} at a time and at most ${requestsPerSecond.toFixed(2)} times a second from now on.`,
    );
  }
}

/** No answer came, or not the whole of one. */
function isConnectionFailure({ code, status }: RequestFailure): boolean {
  if (status !== undefined) return false;
  return code === ERROR_CODE.providerUnreachable || code === ERROR_CODE.providerTimeout;
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof CatalogueSyncError)) return false;
  return error.code === ERROR_CODE.providerAuthFailed || error.code === ERROR_CODE.providerRefused;
}
