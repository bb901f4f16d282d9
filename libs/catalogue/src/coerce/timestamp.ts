import { isCalendarDay } from './calendar.js';
import { writeInstant } from './instant.js';

/** An instant as the provider told it. */
export interface ReadTimestamp {
  /** ISO 8601 in UTC, with milliseconds. */
  iso: string;
  epochMs: number;
}

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
/** Larger figures are milliseconds: as seconds they would lie beyond the year 5138. */
const MILLISECONDS_FROM = 1e11;
const NUMERIC = /^\d{1,16}(?:\.\d{1,9})?$/;
const YEAR_FIRST =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const DAY_FIRST = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * Reads a provider's timestamp: Unix seconds or milliseconds as number or string, ISO 8601, `YYYY-MM-DD hh:mm:ss`, `dd/MM/yyyy
 * HH:mm:ss`, or a date alone. A time without zone is the provider's local time, taken as UTC. Undefined for everything unparsable
 * (zero-dates, "", garbage) and outside 2000-01-01 … `now` + 1 day, which no catalogue can mean.
 *
 * @param now milliseconds since 1970
 */
export function readTimestamp(value: unknown, now: number): ReadTimestamp | undefined {
  const epochMs = readInstant(value);
  if (epochMs === undefined || epochMs < EARLIEST_MS || !(epochMs <= now + DAY_MS)) return undefined;
  return { iso: writeInstant(epochMs), epochMs };
}

/** Milliseconds since 1970 of any form of `readTimestamp`, however implausible; undefined when unparsable. */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === 'bigint') value = Number(value);
  if (typeof value === 'number') return fromUnix(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (NUMERIC.test(text)) return fromUnix(Number(text));
  let match = YEAR_FIRST.exec(text);
  if (match) return instantOf(match[1], match[2], match[3], match, 4, match[8]);
  match = DAY_FIRST.exec(text);
  return match ? instantOf(match[3], match[2], match[1], match, 4, undefined) : undefined;
}

function fromUnix(figure: number): number | undefined {
  if (!Number.isFinite(figure) || figure <= 0) return undefined;
  const epochMs = Math.trunc(figure > MILLISECONDS_FROM ? figure : figure * 1000);
  return epochMs <= 8.64e15 ? epochMs : undefined;
}

function instantOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  match: RegExpExecArray,
  timeAt: number,
  zone: string | undefined,
): number | undefined {
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return undefined;
  const hours = Number(match[timeAt] ?? 0);
  const minutes = Number(match[timeAt + 1] ?? 0);
  const seconds = Number(match[timeAt + 2] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fraction = match.length > 8 ? match[7] : undefined;
  const milliseconds = fraction === undefined ? 0 : Math.trunc(Number(`0.${fraction}`) * 1000);
  const offset = zoneMinutes(zone);
  if (offset === undefined) return undefined;
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), hours, minutes, seconds, milliseconds) -
    offset * 60_000
  );
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 14 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}
