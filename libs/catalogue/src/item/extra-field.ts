import { withoutRefusedCharacters } from '../text/clean-text.js';
import { ITEM_LIMITS } from './limits.js';

/**
 * Unknown provider fields as they may be stored: plain JSON without what Postgres refuses, keys sorted, at most 16 kB as JSON. Fields
 * that no longer fit are left out whole, in key order. Undefined when nothing is left.
 */
export function extraField(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const cleaned = cleanObject(value as Record<string, unknown>, 1);
  const keys = Object.keys(cleaned);
  if (keys.length === 0) return undefined;
  return largestSize(cleaned) <= ITEM_LIMITS.extraBytes ? cleaned : fitting(cleaned, keys);
}

function fitting(cleaned: Record<string, unknown>, keys: string[]): Record<string, unknown> | undefined {
  const kept: Record<string, unknown> = {};
  let bytes = 2;
  for (const key of keys) {
    const size = Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(JSON.stringify(cleaned[key])) + 2;
    if (bytes + size > ITEM_LIMITS.extraBytes) continue;
    bytes += size;
    kept[key] = cleaned[key];
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function cleanObject(value: Record<string, unknown>, depth: number): Record<string, unknown> {
  const keys = Object.keys(value).sort();
  const moved = keys.some((key) => withoutRefusedCharacters(key) !== key);
  const source = moved ? withStorableKeys(value, keys) : value;
  const cleaned: Record<string, unknown> = {};
  for (const key of moved ? Object.keys(source).sort() : keys) {
    // Assigning `__proto__` would change the object instead of the field.
    if (key === '__proto__') continue;
    const field = cleanValue(source[key], depth);
    if (field !== undefined) cleaned[key] = field;
  }
  return cleaned;
}

/** Of two keys that come out the same the first is kept. */
function withStorableKeys(value: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  const renamed = new Map<string, unknown>();
  for (const rawKey of keys) {
    const key = withoutRefusedCharacters(rawKey);
    if (!renamed.has(key)) renamed.set(key, value[rawKey]);
  }
  return Object.fromEntries(renamed);
}

/** Undefined for what JSON does not know, and for what is nested too deep. */
function cleanValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return withoutRefusedCharacters(value);
    case 'number':
      return Number.isFinite(value) ? value + 0 : undefined;
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      if (value === null) return null;
      if (depth >= ITEM_LIMITS.extraDepth) return undefined;
      // A hole keeps its place, so that the entries after it keep theirs.
      if (Array.isArray(value)) return Array.from(value, (entry) => cleanValue(entry, depth + 1) ?? null);
      return cleanObject(value as Record<string, unknown>, depth + 1);
    default:
      return undefined;
  }
}

/** Bytes as JSON at the very most, without writing the JSON: a UTF-16 unit takes up to six. */
function largestSize(value: unknown): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  if (typeof value !== 'object' || value === null) return 25;
  let size = 2;
  if (Array.isArray(value)) {
    for (const entry of value) size += largestSize(entry) + 1;
    return size;
  }
  for (const key in value) size += key.length * 6 + 4 + largestSize((value as Record<string, unknown>)[key]);
  return size;
}
