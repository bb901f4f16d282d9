import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { PoisonMessage } from '../message/poison-message.js';

/** System and NATS errors that tell of a server that is away, not of a bad message. */
const TRANSIENT_NAMES = new Set([
  'ConnectionException',
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'ConnectionError',
  'ClosedConnectionError',
  'DrainingConnectionError',
  'JetStreamNotEnabled',
  'LockWaitTimeoutException',
  'DeadlockException',
]);
const TRANSIENT_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** SQLSTATE: connection, transaction rollback, resources, operator intervention, lock not available, system error. */
const TRANSIENT_SQLSTATE = /^(08|40|53|57|58)...$|^55P03$/;
const TRANSIENT_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
const TRANSIENT_CODES: readonly string[] = [ERROR_CODE.serviceUnavailable, ERROR_CODE.leaseLost];
const MAX_CAUSES = 5;

/**
 * Whether the failure lies in what the handler works with (database, broker, another service, the lease) and not in the message. Such
 * failures are retried for as long as they last and never park a message.
 */
export function isTransient(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth++) {
    if (looksTransient(current)) return true;
    current = (current as { cause?: unknown }).cause;
  }
  return false;
}

function looksTransient(error: object): boolean {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  if (error instanceof CatalogueSyncError) return TRANSIENT_CODES.includes(error.code);
  if (typeof name === 'string' && TRANSIENT_NAMES.has(name)) return true;
  if (typeof code === 'string' && (TRANSIENT_SYSTEM_CODES.has(code) || TRANSIENT_SQLSTATE.test(code)))
    return true;
  return typeof message === 'string' && TRANSIENT_TEXT.test(message);
}

/** The reason when the handler declared the message poison; Nest hands on the exception's payload instead of the exception. */
export function poisonReason(error: unknown): string | undefined {
  if (error instanceof PoisonMessage) return error.reason;
  if (typeof error !== 'object' || error === null) return undefined;
  const { poison, message } = error as { poison?: unknown; message?: unknown };
  return poison === true && typeof message === 'string' ? message : undefined;
}

/** Name and first line, short, with user-info and queries cut out of URLs: fit for a log or a dead letter. */
export function describeFailure(error: unknown): string {
  const { name, code, message } = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as { name?: unknown; code?: unknown; message?: unknown };
  const label = [name, code].filter((part) => typeof part === 'string').join(' ');
  const line = (typeof message === 'string' ? message : '').split('\n', 1)[0] ?? '';
  const clean = line
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@]*@)?([^\s?#]*)(\?\S*)?/gi, '$1$3')
    .slice(0, 300);
  return label ? `${label}: ${clean}` : clean;
}
