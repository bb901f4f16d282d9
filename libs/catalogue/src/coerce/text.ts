import { decode } from 'html-entities';
import { cleanLine, cleanParagraphs, isBlankText } from '../text/clean-text.js';

/** Longest text that a coercer hands on, in UTF-16 units; items bound their fields tighter. */
export const MAX_TEXT_LENGTH = 65_536;

const ENTITY = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});/;
/** Only tags of HTML: "<3" and "<unknown>" are words of a title. */
const BREAKING_TAG = /<\/?(?:br|p|div|li|ul|ol|tr|h[1-6]|hr)(?:\s[^<>]*)?\/?>/gi;
const OTHER_TAG =
  /<\/?(?:a|abbr|b|big|blockquote|center|cite|code|em|font|i|img|mark|q|s|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tt|u)(?:\s[^<>]*)?\/?>/gi;
const HIDDEN_ELEMENT = /<(script|style)\b[^<>]*>[\s\S]{0,10000}?<\/\1\s*>/gi;

/**
 * A one-line text: strings are cleaned (NFC, blanks collapsed and trimmed, invisible and unstorable characters removed), numbers are
 * written in decimal. Undefined for "", "N/A", "null", "undefined", booleans (`false` is how PHP says "none"), lists and objects.
 * HTML entities stay: see `toPlainText`.
 */
export function toText(value: unknown): string | undefined {
  const raw = scalarText(value);
  if (raw === undefined) return undefined;
  const text = cleanLine(raw, MAX_TEXT_LENGTH);
  return isAbsentText(text) ? undefined : text;
}

/**
 * Like `toText` for what people read: HTML entities are decoded (at most twice: panels encode twice), HTML tags removed, `<br>` and
 * line breaks kept as `\n`.
 */
export function toPlainText(value: unknown): string | undefined {
  const raw = scalarText(value);
  if (raw === undefined) return undefined;
  const text = cleanParagraphs(withoutMarkup(raw), MAX_TEXT_LENGTH);
  return isAbsentText(text) ? undefined : text;
}

/** A text with entities decoded and tags removed; not cleaned otherwise. */
export function withoutMarkup(text: string): string {
  let plain = text;
  if (plain.includes('&')) {
    for (let round = 0; round < 2 && ENTITY.test(plain); round++) plain = decode(plain, { scope: 'strict' });
  }
  if (!plain.includes('<')) return plain;
  return plain.replace(HIDDEN_ELEMENT, '').replace(BREAKING_TAG, '\n').replace(OTHER_TAG, '');
}

/** Whether a cleaned text stands for "nothing told". */
export function isAbsentText(text: string): boolean {
  return isBlankText(text) || text === 'null' || text === 'NULL' || text === 'undefined';
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'bigint' ? value.toString() : undefined;
}
