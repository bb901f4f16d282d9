import { ITEM_LIMITS } from '../item/limits.js';

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a day exists, between the years 1870 and 2199 (`0000-00-00` and 30 February do not). */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!isYear(year) || day < 1) return false;
  const days = DAYS_IN_MONTH[month - 1];
  if (days === undefined) return false;
  return day <= days || (month === 2 && day === 29 && isLeapYear(year));
}

/** Whether a number is a year in which something in a catalogue may have been released. */
export function isYear(year: number): boolean {
  return Number.isInteger(year) && year >= ITEM_LIMITS.minYear && year <= ITEM_LIMITS.maxYear;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
