import { isCalendarDay } from './calendar.js';

const WRITTEN = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** An instant in the one form we write: ISO 8601 in UTC with milliseconds, as `Date.toISOString`, at a fifth of its cost. */
export function writeInstant(epochMs: number): string {
  const date = new Date(epochMs);
  const year = date.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return date.toISOString();
  const milliseconds = date.getUTCMilliseconds();
  const fraction = milliseconds === 0 ? '000' : String(milliseconds).padStart(3, '0');
  return (
    `${year}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}` +
    `T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}.${fraction}Z`
  );
}

/** Whether a text is an instant in the form of `writeInstant`, on a day that exists between the years 1870 and 2199. */
export function isWrittenInstant(text: string): boolean {
  return (
    text.length === 24 &&
    WRITTEN.test(text) &&
    isCalendarDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)))
  );
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, figure) => String(figure).padStart(2, '0'));

function two(figure: number): string {
  return TWO_DIGITS[figure] ?? '';
}
