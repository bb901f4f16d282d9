import type { VALUE_TYPES } from '../quirks/row.quirks.js';
import { isText, type Row } from './row.js';

/** A number that a driver would give as one: no leading zeros, nothing that a double would round. */
const NUMERIC = /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/;

/** All numbers of a row as strings, or all numeric strings as numbers: the same panel before and after an upgrade of its driver. */
export function withTypes(row: Row, types: (typeof VALUE_TYPES)[number], request: number): Row {
  const strings = types === 'flip' ? request % 2 === 1 : types === 'strings';
  const members = Object.entries(row).map(([member, value]) => [
    member,
    isText(member) ? value : strings ? asText(value) : asNumber(value),
  ]);
  return Object.fromEntries(members) as Row;
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'number' ? String(value) : value;
}

function asNumber(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asNumber);
  return typeof value === 'string' && NUMERIC.test(value) ? Number(value) : value;
}
