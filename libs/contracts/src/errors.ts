/** Stable codes of every error that leaves a service. The gateway maps them to HTTP statuses; nothing else knows of HTTP. */
export const ERROR_CODE = {
  invalidRequest: 'invalid-request',
  providerNotFound: 'provider-not-found',
  providerDeleting: 'provider-deleting',
  providerBusy: 'provider-busy',
  sameCatalogueRequired: 'same-catalogue-required',
  jobNotFound: 'job-not-found',
  noActiveJob: 'no-active-job',
  jobActive: 'job-active',
  nothingToRetry: 'nothing-to-retry',
  removalNotFound: 'removal-not-found',
  removalDecided: 'removal-decided',
  removalSuperseded: 'removal-superseded',
  deadLetterNotFound: 'dead-letter-not-found',
  snapshotNotFound: 'snapshot-not-found',
  scheduleNotFound: 'schedule-not-found',
  webhookNotFound: 'webhook-not-found',
  deliveryNotFound: 'delivery-not-found',
  eventsTrimmed: 'events-trimmed',
  serviceUnavailable: 'service-unavailable',
  internal: 'internal',
  /** Provider side. */
  providerUnreachable: 'provider-unreachable',
  providerRefused: 'provider-refused',
  providerAuthFailed: 'provider-auth-failed',
  providerBadAnswer: 'provider-bad-answer',
  providerRateLimited: 'provider-rate-limited',
  providerTimeout: 'provider-timeout',
  providerTooLarge: 'provider-too-large',
  /** The provider answers, and gives no stream for this item or episode. */
  streamUnavailable: 'stream-unavailable',
  episodeNotFound: 'episode-not-found',
  /** The provider is left alone for a while: after refused logins, a ban, or too many failures in a row. */
  providerCoolingDown: 'provider-cooling-down',
  /** The address is not on the open Internet, and not among those that an operator allows. */
  addressNotAllowed: 'address-not-allowed',
  cancelled: 'cancelled',
  leaseLost: 'lease-lost',
} as const;
export type ErrorCode = (typeof ERROR_CODE)[keyof typeof ERROR_CODE];

/** An error as it travels between services. */
export interface ErrorBody {
  code: ErrorCode;
  /** Plain words that say what to do. */
  message: string;
  /** The field it concerns, where there is one. */
  field?: string;
}

/** An error with a stable code, thrown by domain and service code alike. */
export class CatalogueSyncError extends Error {
  override readonly name = 'CatalogueSyncError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown; field?: string },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    if (options?.field !== undefined) this.field = options.field;
  }
  readonly field?: string;

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
    };
  }
}

/** Whether `value` is an error body that a service sent. */
export function isErrorBody(value: unknown): value is ErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as ErrorBody).code === 'string' &&
    typeof (value as ErrorBody).message === 'string'
  );
}
