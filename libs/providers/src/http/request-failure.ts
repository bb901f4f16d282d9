import { CatalogueSyncError, ERROR_CODE, type ErrorCode } from '@catalogue-sync/contracts';

/**
 * Whether a failed request is worth repeating: `never`; `soon`, with short waits; `later`, with long ones, because the provider asked
 * for fewer requests.
 */
export type Repeat = 'never' | 'soon' | 'later';

/** A request that failed, with what to do about it. Its message is fit for an operator: it says what to do and holds no URL. */
export class RequestFailure extends CatalogueSyncError {
  readonly repeat: Repeat;
  /** Tries at most, where the failure deserves fewer than usual. */
  readonly maxTries: number | undefined;
  /** How long the provider asked to wait, ms. */
  readonly retryAfterMs: number | undefined;
  /** The HTTP status, where an answer came. */
  readonly status: number | undefined;
  /** No connection could be made at all: another path on the same host will not help. */
  readonly noConnection: boolean;
  /** The provider has shut this address out: every further request makes it worse. */
  readonly ban: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      repeat?: Repeat;
      maxTries?: number | undefined;
      retryAfterMs?: number | undefined;
      status?: number | undefined;
      noConnection?: boolean;
      ban?: boolean;
    } = {},
  ) {
    super(code, message);
    this.repeat = options.repeat ?? 'never';
    this.maxTries = options.maxTries;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status;
    this.noConnection = options.noConnection ?? false;
    this.ban = options.ban ?? false;
  }
}

export function cancelledError(): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.cancelled, 'The fetch was cancelled.');
}

/** How panels answer every request of an address that they have banned, for hours (PROVIDERS A.13). */
export function banned(): RequestFailure {
  return new RequestFailure(
    ERROR_CODE.providerRefused,
    'The provider has shut this address out (HTTP 403 without a body). Wait some hours, lower requestsPerSecond and parallelRequests, or ask the provider.',
    { status: 403, ban: true },
  );
}

/** An answer that can only be explained by trouble on the way or in the provider, and may come right when asked again. */
export function badAnswer(message: string, repeat: Repeat = 'soon'): RequestFailure {
  return new RequestFailure(ERROR_CODE.providerBadAnswer, message, { repeat });
}
