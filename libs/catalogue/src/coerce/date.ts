import { isCalendarDay, isYear } from './calendar.js';

const YEAR = /(?<!\d)(1[89]\d\d|2[01]\d\d)(?!\d)/;
const YEAR_RANGE = /(?<!\d)(1[89]\d\d|2[01]\d\d)\s*[-–—/]\s*(1[89]\d\d|2[01]\d\d)?(?!\d)/;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/;
const DAY_FIRST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)/;
const DAY_NAMED_MONTH = /^(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})(?!\d)/i;
const NAMED_MONTH_DAY = /^([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A year of release, 1870 to 2199, from a number or the first such year in a text ("2019", "2019-05-01", "2011-2014", "(2019)"). */
export function readYear(value: unknown): number | undefined {
  if (typeof value === 'number') return isYear(value) ? value : undefined;
  const match = YEAR.exec(shortText(value));
  const year = Number(match?.[1]);
  return isYear(year) ? year : undefined;
}

/** First and last year of a range ("2011-2014", "2011–2014", "2011/2014"); only the first for "2011-" and for what is no range. */
export function readYearRange(value: unknown): { year?: number; endYear?: number } {
  const year = readYear(value);
  if (year === undefined) return {};
  const last = Number(YEAR_RANGE.exec(shortText(value))?.[2]);
  return isYear(last) && last >= year ? { year, endYear: last } : { year };
}

/**
 * A day as `YYYY-MM-DD`, from `YYYY-MM-DD` or `YYYY/MM/DD` (a time after it is left off), `dd/MM/yyyy`, `dd.MM.yyyy`, "1 May 2019",
 * "May 1, 2019". Undefined for zero-dates, days that do not exist, bare years and anything else.
 */
export function readDate(value: unknown): string | undefined {
  const text = shortText(value);
  if (text.length < 8) return undefined;
  let match = YEAR_FIRST.exec(text);
  if (match) return day(Number(match[1]), Number(match[2]), Number(match[3]));
  match = DAY_FIRST.exec(text);
  if (match) return day(Number(match[3]), Number(match[2]), Number(match[1]));
  match = DAY_NAMED_MONTH.exec(text);
  if (match) return day(Number(match[3]), monthOf(match[2]), Number(match[1]));
  match = NAMED_MONTH_DAY.exec(text);
  if (match) return day(Number(match[3]), monthOf(match[1]), Number(match[2]));
  return undefined;
}

function day(year: number, month: number, dayOfMonth: number): string | undefined {
  if (!isCalendarDay(year, month, dayOfMonth)) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf(name?.toLowerCase() ?? '') + 1;
}

function shortText(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 128).trim() : '';
}
