import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from './request-failure.js';
import { readRetryAfter } from './retry-after.js';

const BROKEN = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_HEADERS_OVERFLOW',
]);
const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Failures to connect after which the same attempt may well succeed: a server that starts again refuses for a while. */
const MAY_PASS = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const TLS_ERROR = /^ERR_(?:TLS|SSL)|CERT|SIGNATURE/;

/**
 * What an HTTP status that is no success means (PROVIDERS B.10). Never "the catalogue is empty".
 *
 * @param now milliseconds since 1970, for a Retry-After that is a date
 */
export function failureOfStatus(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  now: number,
): RequestFailure {
  const retryAfter = headers['retry-after'];
  const retryAfterMs = readRetryAfter(typeof retryAfter === 'string' ? retryAfter : undefined, now);
  if (status === 429 || status === 503) {
    return new RequestFailure(
      ERROR_CODE.providerRateLimited,
      `The provider asks for fewer requests (HTTP ${status}). Lower requestsPerSecond or parallelRequests of this provider.`,
      { repeat: 'later', retryAfterMs, status },
    );
  }
  if (status === 206 || status === 304) {
    return badAnswer(`The provider answers as if it had been asked for something else (HTTP ${status}).`);
  }
  if (status === 408) {
    return new RequestFailure(ERROR_CODE.providerTimeout, 'The provider gave the request up (HTTP 408).', {
      repeat: 'soon',
      retryAfterMs,
      status,
    });
  }
  if (status >= 500 && status < 600) {
    const usual = status <= 504 || (status >= 520 && status <= 527);
    return new RequestFailure(
      usual ? ERROR_CODE.providerBadAnswer : ERROR_CODE.providerRefused,
      usual
        ? `The provider's server fails (HTTP ${status}). Try again later.`
        : `The provider refuses with HTTP ${status}. Ask the provider what it means.`,
      { repeat: 'soon', maxTries: usual ? undefined : 3, retryAfterMs, status },
    );
  }
  if (status === 401) {
    return new RequestFailure(
      ERROR_CODE.providerAuthFailed,
      'The provider rejects the credentials (HTTP 401). Check them.',
      { status },
    );
  }
  return new RequestFailure(ERROR_CODE.providerRefused, refusalMessage(status), { status });
}

function refusalMessage(status: number): string {
  switch (status) {
    case 403:
      return 'The provider refuses access (HTTP 403): it blocks this address, this user agent or the account. Wait some hours, or ask the provider.';
    case 404:
      return 'Nothing is found at this address (HTTP 404). Check the URL; some panels also answer so to an expired or banned account.';
    case 461:
      return 'The provider refuses the user agent (HTTP 461). Set another userAgent.';
    case 451:
      return 'The provider may not answer from here (HTTP 451).';
    default:
      return `The provider refuses with HTTP ${status}. Check the account and the user agent, or ask the provider.`;
  }
}

/**
 * What a failed connection or a broken body means. Errors that are ours already keep their meaning; undefined for an error that is not the
 * provider's: a full disk, a defect.
 */
export function failureOfError(error: unknown): RequestFailure | undefined {
  if (error instanceof RequestFailure) return error;
  if (error instanceof CatalogueSyncError) return new RequestFailure(error.code, error.message);
  const code = errorCode(error);
  const noConnection = NO_CONNECTION.has(code);
  if (TIMEOUTS.has(code)) {
    return new RequestFailure(
      ERROR_CODE.providerTimeout,
      noConnection
        ? 'The provider does not accept a connection in time. Check host and port.'
        : 'The provider sent nothing for too long. Try again later, or raise idleTimeoutMs.',
      { repeat: 'soon', noConnection },
    );
  }
  if (TLS_ERROR.test(code)) {
    return new RequestFailure(
      ERROR_CODE.providerUnreachable,
      `The provider's TLS certificate is not accepted (${code}). Use its http:// address, or have it renewed.`,
      { noConnection: true },
    );
  }
  if (isNoHttp(error, code)) {
    return new RequestFailure(
      ERROR_CODE.providerBadAnswer,
      'The provider does not speak HTTP as it should. Check the port, and whether it wants https://.',
      { repeat: 'soon', maxTries: 2 },
    );
  }
  if (!noConnection && !BROKEN.has(code)) return undefined;
  return new RequestFailure(
    ERROR_CODE.providerUnreachable,
    noConnection
      ? `The provider cannot be reached (${code}). Check host and port.`
      : `The connection to the provider broke (${code}). Try again later.`,
    { repeat: noConnection && !MAY_PASS.has(code) ? 'never' : 'soon', noConnection },
  );
}

/** undici's parser errors have lost their `HPE_…` codes in version 8, and it asserts that a status is not below 100. */
function isNoHttp(error: unknown, code: string): boolean {
  if (code.startsWith('HPE_') || code === 'ERR_ASSERTION') return true;
  return error instanceof Error && error.name === 'HTTPParserError';
}

/** The first code along the chain of causes; where several addresses of one name were tried, that of the first one. */
function errorCode(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth++) {
    const { code, errors, cause } = at as { code?: unknown; errors?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    at = Array.isArray(errors) ? (errors as unknown[])[0] : cause;
  }
  return '';
}
