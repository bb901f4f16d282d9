import { isNativeError } from 'node:util/types';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { ProblemError } from '../problem/problem-error.js';

/** SQLSTATEs of a database that is there but not set up yet: a table, schema or permission is missing. */
const NOT_READY = new Set(['42P01', '3F000', '42501', '28000', '28P01', '3D000']);
/** SQLSTATE classes of trouble that passes: connection, resources, operator's doing. */
const PASSING_CLASSES = new Set(['08', '53', '57', '58']);

/** Trouble that passes as `service-unavailable`; anything else as it came. */
export function asUnavailable(error: unknown): unknown {
  if (!isNativeError(error) || error instanceof CatalogueSyncError || error instanceof ProblemError)
    return error;
  const code = 'code' in error ? String(error.code) : '';
  if (NOT_READY.has(code))
    return new CatalogueSyncError(
      ERROR_CODE.serviceUnavailable,
      'The database is not set up yet: wait until all services have started.',
      { cause: error },
    );
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  if (isSqlState && !PASSING_CLASSES.has(code.slice(0, 2))) return error;
  if (!isSqlState && !isConnectionTrouble(error, code)) return error;
  return new CatalogueSyncError(ERROR_CODE.serviceUnavailable, 'The database does not answer. Try again.', {
    cause: error,
  });
}

/** Errors of the socket, and pg's own for connections that end or do not come about. */
function isConnectionTrouble(error: Error, code: string): boolean {
  return /^E[A-Z]+$/.test(code) || /connection|connect|terminated/i.test(error.message);
}
