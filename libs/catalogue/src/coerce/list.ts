import { toPlainText, withoutMarkup } from './text.js';
import { readPhpSerialised } from './php-serialised.js';

/** Comma, semicolon, bar, line break, and a slash between blanks ("Action / Drama", but not "AC/DC"). */
const SEPARATORS = /[,;|\n]|\s\/\s/;
const MAX_ENTRIES = 1_000;
const MAX_TEXT = 200_000;

export interface TextListOptions {
  /** How a plain string is cut; false for one entry whatever is in it, as with URLs. Default: comma, `;`, `|`, line break, ` / `. */
  split?: RegExp | false;
}

/**
 * A list of texts without blanks and repeats, in the provider's order, from whatever a provider writes where a list belongs: an
 * array, an object with numeric keys, a comma text, JSON in a string, PHP-serialised text, one value; objects with a `name` or `title`
 * count as that. Empty for everything else (`false`, null, {}, "").
 */
export function toTextList(value: unknown, options: TextListOptions = {}): string[] {
  const found = new Set<string>();
  collect(value, options.split ?? SEPARATORS, found, 0);
  return [...found];
}

function collect(value: unknown, split: RegExp | false, found: Set<string>, depth: number): void {
  if (found.size >= MAX_ENTRIES || depth > 4) return;
  if (typeof value === 'string') return collectText(value, split, found, depth);
  if (typeof value === 'number' || typeof value === 'bigint') return keep(value, found);
  if (Array.isArray(value)) {
    // Entries of a real list are whole: "Downey, Jr." stays one name.
    for (const entry of value) collect(entry, false, found, depth + 1);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const record = value as Record<string, unknown>;
  const named = record['name'] ?? record['title'];
  if (named !== undefined) return collect(named, false, found, depth + 1);
  for (const [key, entry] of Object.entries(record)) {
    if (/^\d+$/.test(key)) collect(entry, false, found, depth + 1);
  }
}

function collectText(value: string, split: RegExp | false, found: Set<string>, depth: number): void {
  const text = value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
  const start = text.trimStart();
  const nested = start[0] === '[' || start[0] === '{' ? parseJson(start) : readPhpSerialised(start);
  if (nested !== undefined) return collect(nested, split, found, depth + 1);
  if (split === false) return keep(text, found);
  // Decoded before it is cut: the semicolon of "&amp;" separates nothing.
  for (const part of withoutMarkup(text).split(split)) {
    if (found.size >= MAX_ENTRIES) return;
    keep(part, found);
  }
}

function keep(entry: unknown, found: Set<string>): void {
  const text = toPlainText(entry);
  if (text !== undefined) found.add(text);
}

function parseJson(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
