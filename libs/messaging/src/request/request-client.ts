import {
  CatalogueSyncError,
  ERROR_CODE,
  isErrorBody,
  REPEATABLE_REQUESTS,
  type RequestMap,
  type RequestPattern,
} from '@catalogue-sync/contracts';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, merge, mergeMap, timeout, timer, type Observable } from 'rxjs';

const DEFAULT_TIMEOUT_MS = 5_000;
/** A question without an answer is asked anew at this age, and whenever the age has doubled: few times of a service that is only slow. */
const ASK_AGAIN_AFTER_MS = 1_000;

/**
 * Asks another service. Every failure is a `CatalogueSyncError`: the one the service sent, or `service-unavailable`. NATS gives a request to
 * any replica, one that is frozen included; so what is `REPEATABLE_REQUESTS` is asked again while no answer comes, and the first answer counts.
 */
export class RequestClient {
  constructor(private readonly client: ClientProxy) {}

  async send<P extends RequestPattern>(
    pattern: P,
    request: RequestMap[P][0],
    options: { timeoutMs?: number } = {},
  ): Promise<RequestMap[P][1]> {
    const limit = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    try {
      return await firstValueFrom(this.answers(pattern, request, limit).pipe(timeout(limit)));
    } catch (error) {
      throw toError(error, pattern);
    }
  }

  private answers<P extends RequestPattern>(
    pattern: P,
    request: RequestMap[P][0],
    limitMs: number,
  ): Observable<RequestMap[P][1]> {
    const asked = this.client.send<RequestMap[P][1]>(pattern, request);
    if (!REPEATABLE_REQUESTS.has(pattern)) return asked;
    const again: Observable<RequestMap[P][1]>[] = [];
    for (let age = ASK_AGAIN_AFTER_MS; age < limitMs; age *= 2) {
      again.push(timer(age).pipe(mergeMap(() => asked)));
    }
    return merge(asked, ...again);
  }
}

function toError(error: unknown, pattern: string): CatalogueSyncError {
  if (error instanceof CatalogueSyncError) return error;
  if (isErrorBody(error)) {
    return new CatalogueSyncError(
      error.code,
      error.message,
      error.field === undefined ? undefined : { field: error.field },
    );
  }
  if (isMasked(error)) {
    return new CatalogueSyncError(
      ERROR_CODE.internal,
      'Something went wrong inside: see the log of the service.',
    );
  }
  const service = pattern.split('.')[0];
  return new CatalogueSyncError(
    ERROR_CODE.serviceUnavailable,
    `The ${service} service does not answer: check that it runs, and try again.`,
    { cause: error },
  );
}

/** What Nest sends for an exception that no filter turned into an `ErrorBody`. */
function isMasked(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    !(error instanceof Error) &&
    (error as { status?: unknown }).status === 'error'
  );
}
