import { ITEM_LIMITS } from '../item/limits.js';

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for; stays as long as providers send them
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
/** What broken exports write where an id is missing. */
const NO_ID = new Set(['null', 'undefined', 'nan', 'n/a']);

/**
 * A provider's id as text. A string stays exactly as it is but for blanks around it ("00123" and integers of any size keep their
 * digits); an integer becomes its decimal digits. Undefined for what is no id: empty, "null", "N/A", objects, lists, booleans, floats,
 * integers beyond 2^53 given as a number (digits are lost already), control characters, lone surrogates, more than 200 characters.
 */
export function toIdText(value: unknown): string | undefined {
  return readIdText(value, ITEM_LIMITS.externalIdLength);
}

/** `toIdText` with another bound, in characters. */
export function readIdText(value: unknown, maxLength: number): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value === 'bigint') value = value.toString();
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text.length === 0 || text.length > maxLength) return undefined;
  if (CONTROL.test(text) || !text.isWellFormed()) return undefined;
  if (text.length <= 9 && NO_ID.has(text.toLowerCase())) return undefined;
  return text;
}
