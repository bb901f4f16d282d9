import {
  CatalogueSyncError,
  ERROR_CODE,
  SCOPES,
  SYNC_MODES,
  type JobId,
  type Scope,
  type SyncMode,
} from '@catalogue-sync/contracts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MODES: readonly string[] = ['auto', ...SYNC_MODES];
const LIMIT_AT_MOST = 500;

/** Reads a sync mode. Throws `invalid-request`. */
export function readMode(mode: unknown): SyncMode | 'auto' {
  if (typeof mode === 'string' && MODES.includes(mode)) return mode as SyncMode | 'auto';
  throw invalid('mode', `Give one of ${MODES.join(', ')}.`);
}

/** Reads what started a sync: one short line. */
export function readTrigger(trigger: unknown): string {
  if (typeof trigger === 'string' && /^[^\p{Cc}]{1,100}$/u.test(trigger)) return trigger;
  throw invalid('trigger', 'Say in one line of at most 100 characters what starts the sync.');
}

/** Reads a choice of scopes, one at least. */
export function readScopes(scopes: unknown): Scope[] {
  const known: readonly unknown[] = SCOPES;
  if (Array.isArray(scopes) && scopes.length > 0 && scopes.every((scope) => known.includes(scope))) {
    return [...new Set(scopes as Scope[])];
  }
  throw invalid('scopes', `Give one or more of ${SCOPES.join(', ')}.`);
}

export function readLimit(limit: unknown): number {
  if (Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= LIMIT_AT_MOST) return Number(limit);
  throw invalid('limit', `Give a whole number from 1 to ${LIMIT_AT_MOST}.`);
}

export function readJobId(jobId: unknown, field = 'jobId'): JobId {
  if (typeof jobId === 'string' && UUID.test(jobId)) return jobId.toLowerCase() as JobId;
  throw invalid(field, 'Give the id of a job, as listings show it.');
}

function invalid(field: string, message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, `${field}: ${message}`, { field });
}
