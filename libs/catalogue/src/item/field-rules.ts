import { isCalendarDay, isYear } from '../coerce/calendar.js';
import { isWrittenInstant, writeInstant } from '../coerce/instant.js';
import { readInstant } from '../coerce/timestamp.js';
import { cleanLine, isBlankText } from '../text/clean-text.js';
import { storedCategoryId } from './item-id.js';
import { ITEM_LIMITS } from './limits.js';

const DATE = /^\d{4}-\d\d-\d\d$/;

/** What one field of an item may hold. Each function is total and idempotent, and answers undefined for "absent". */

export function lineField(value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = cleanLine(value, maxLength);
  return isBlankText(text) ? undefined : text;
}

/** A URL, path or command: half of one is worth nothing, so what is too long is absent. Inline images (`data:`) are never kept. */
export function urlField(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > ITEM_LIMITS.urlLength * 2) return undefined;
  const text = lineField(value, ITEM_LIMITS.urlLength + 1);
  if (text === undefined || text.length > ITEM_LIMITS.urlLength || isInlineData(text)) return undefined;
  return text;
}

export function listField(
  values: unknown,
  entryField: (value: unknown) => string | undefined,
): string[] | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const kept: string[] = [];
  for (const value of values) {
    if (kept.length >= ITEM_LIMITS.listEntries) break;
    const entry = entryField(value);
    if (entry !== undefined && !kept.includes(entry)) kept.push(entry);
  }
  return kept.length === 0 ? undefined : kept;
}

export function listEntry(value: unknown): string | undefined {
  return lineField(value, ITEM_LIMITS.listEntryLength);
}

/** Category ids without blanks and repeats, sorted by code unit so that the order of rows does not matter. */
export function categoryIdsField(values: unknown): string[] {
  const ids = listField(values, storedCategoryId);
  if (ids === undefined) return [];
  return ids.length > 1 ? ids.sort() : ids;
}

export function yearField(value: unknown): number | undefined {
  return typeof value === 'number' && isYear(value) ? value : undefined;
}

/** `YYYY-MM-DD` of a real day. */
export function dateField(value: unknown): string | undefined {
  if (typeof value !== 'string' || !DATE.test(value)) return undefined;
  const exists = isCalendarDay(Number(value.slice(0, 4)), Number(value.slice(5, 7)), Number(value.slice(8)));
  return exists ? value : undefined;
}

/** An instant in ISO 8601, rewritten to UTC with milliseconds. */
export function instantField(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length < 10) return undefined;
  if (isWrittenInstant(value)) return value;
  const epochMs = readInstant(value);
  return epochMs === undefined ? undefined : writeInstant(epochMs);
}

export function flagField(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** A finite number within bounds, rounded to `decimals` places. */
export function numberField(value: unknown, min: number, max: number, decimals: number): number | undefined {
  if (typeof value !== 'number' || !(value >= min && value <= max)) return undefined;
  if (Number.isInteger(value)) return value + 0;
  const scale = 10 ** decimals;
  const rounded = Math.round(value * scale) / scale + 0;
  return rounded >= min && rounded <= max ? rounded : undefined;
}

function isInlineData(text: string): boolean {
  const first = text.charCodeAt(0) | 0x20;
  return first === 0x64 && text.slice(0, 5).toLowerCase() === 'data:';
}
