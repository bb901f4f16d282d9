import {
  CatalogueSyncError,
  ERROR_CODE,
  SYNC_MODES,
  isProviderId,
  type ProviderId,
  type ScheduleSettings,
} from '@catalogue-sync/contracts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const JITTER_AT_MOST = 3_600;
const MODES = ['auto', ...SYNC_MODES] as const;

/** Reads a provider's id. Throws `invalid-request`, as all here do. */
export function readProviderId(value: unknown): ProviderId {
  if (isProviderId(value)) return value;
  throw invalid('providerId', 'That is not the id of a provider.');
}

/** Reads a schedule's id. */
export function readScheduleId(value: unknown): string {
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  throw invalid('scheduleId', 'Give the id of a schedule, as the list shows it.');
}

/** Reads a whole number from `min` to `max`. */
export function readInteger(value: unknown, field: string, min: number, max: number): number {
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw invalid(field, `Give a whole number from ${min} to ${max}.`);
}

/** Reads a short text; whether it means anything is judged where it is used. */
export function readText(value: unknown, field: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 100) return value;
  throw invalid(field, `\`${field}\` is missing or too long.`);
}

/** Reads the settings that are given. */
export function readSettings(given: Partial<ScheduleSettings>): Partial<ScheduleSettings> {
  const { cron, timeZone, jitterSeconds, mode, paused } = given;
  if (mode !== undefined && !MODES.includes(mode)) throw invalid('mode', `Give one of ${MODES.join(', ')}.`);
  if (paused !== undefined && typeof paused !== 'boolean') throw invalid('paused', 'Give true or false.');
  return {
    ...(cron === undefined ? {} : { cron: readText(cron, 'cron') }),
    ...(timeZone === undefined ? {} : { timeZone: readText(timeZone, 'timeZone') }),
    ...(jitterSeconds === undefined
      ? {}
      : { jitterSeconds: readInteger(jitterSeconds, 'jitterSeconds', 0, JITTER_AT_MOST) }),
    ...(mode === undefined ? {} : { mode }),
    ...(paused === undefined ? {} : { paused }),
  };
}

function invalid(field: string, message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message, { field });
}
