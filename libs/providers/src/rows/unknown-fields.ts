import type { Row } from './mapped-row.js';

/**
 * The fields of a row that its mapper does not know, for the item's `extra`: fields that it reads and fields that are volatile are left
 * off, and so are fields that say nothing. Undefined when none is left.
 */
export function unknownFields(row: Row, handled: ReadonlySet<string>): Record<string, unknown> | undefined {
  let extra: Record<string, unknown> | undefined;
  for (const key in row) {
    if (handled.has(key) || key === '__proto__') continue;
    const value = row[key];
    if (saysNothing(value)) continue;
    extra ??= {};
    extra[key] = value;
  }
  return extra;
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (typeof value === 'string') return value.length === 3 && value.toLowerCase() === 'n/a';
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object') {
    for (const _ in value) return false;
    return true;
  }
  return false;
}
