import { CatalogueSyncError, ERROR_CODE, isProviderId, type ProviderId } from '@catalogue-sync/contracts';

const LIMIT_AT_MOST = 500;

/** Reads a provider's id. Throws `invalid-request`. */
export function readProviderId(value: unknown): ProviderId {
  if (isProviderId(value)) return value;
  throw invalid('providerId', 'That is not the id of a provider.');
}

/** Reads a text that must not be missing. */
export function readText(value: unknown, field: string, maxLength = 100): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= maxLength) return value;
  throw invalid(field, `\`${field}\` is missing or too long.`);
}

/** Reads a page's size, 1 to 500. */
export function readLimit(value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LIMIT_AT_MOST) return Number(value);
  throw invalid('limit', `Give a whole number from 1 to ${LIMIT_AT_MOST}.`);
}

/** Reads one of `allowed`. */
export function readOneOf<T extends string>(value: unknown, allowed: readonly T[], field: string): T {
  if (allowed.includes(value as T)) return value as T;
  throw invalid(field, `Give one of ${allowed.join(', ')}.`);
}

function invalid(field: string, message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message, { field });
}
