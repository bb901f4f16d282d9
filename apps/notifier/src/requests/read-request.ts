import {
  CatalogueSyncError,
  ERROR_CODE,
  NOTICE_TYPES,
  isProviderId,
  type NoticeType,
  type ProviderId,
} from '@catalogue-sync/contracts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the id of a webhook or a delivery. Throws `invalid-request`, as all here do. */
export function readId(value: unknown, field: string): string {
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  throw invalid(field, 'Give the id as the list shows it.');
}

/** Reads a whole number from `min` to `max`. */
export function readInteger(value: unknown, field: string, min: number, max: number): number {
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw invalid(field, `Give a whole number from ${min} to ${max}.`);
}

export function readFlag(value: unknown, field: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(field, 'Give true or false.');
}

export function readEvents(value: unknown): NoticeType[] {
  if (Array.isArray(value) && value.length > 0 && value.every((entry) => NOTICE_TYPES.includes(entry)))
    return [...new Set(value as NoticeType[])];
  throw invalid('events', `Give one or several of ${NOTICE_TYPES.join(', ')}.`);
}

export function readProviderId(value: unknown): ProviderId {
  if (isProviderId(value)) return value;
  throw invalid('providerId', 'That is not the id of a provider.');
}

function invalid(field: string, message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message, { field });
}
