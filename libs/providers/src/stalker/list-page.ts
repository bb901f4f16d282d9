import { toIdText, toInteger } from '@catalogue-sync/catalogue';
import { hash53, idKey } from './id-set.js';

/** One page of `get_ordered_list`. */
export interface ListPage {
  rows: unknown[];
  /** A key for each row's id; of a row without one, of its whole text. */
  keys: number[];
  /** `total_items`: computed anew for each request. */
  total: number | undefined;
  /** `max_page_items`: rows of a full page, as the portal says. */
  declaredSize: number | undefined;
}

/** Reads the `js` part of a list answer in all its shapes (PROVIDERS A.6); undefined when it is no list. */
export function readListPage(js: unknown): ListPage | undefined {
  if (Array.isArray(js)) return listPage(js, undefined, undefined);
  if (typeof js !== 'object' || js === null) return undefined;
  const fields = js as Record<string, unknown>;
  const total = toInteger(fields['total_items']);
  const size = toInteger(fields['max_page_items']);
  const { data } = fields;
  if (Array.isArray(data)) return listPage(data, total, size);
  // PHP writes an array with gaps as an object.
  if (typeof data === 'object' && data !== null) return listPage(Object.values(data), total, size);
  const saysEmpty = data === undefined || data === null || data === false || data === '';
  return saysEmpty && total !== undefined ? listPage([], total, size) : undefined;
}

/** Rows of a full page: `max_page_items`, unless the page itself holds more (PROVIDERS A.6). */
export function pageSizeOf(page: ListPage): number {
  return Math.max(page.declaredSize ?? 0, page.rows.length, 1);
}

/** The last page of a list that declares a total; 0 where it does not. */
export function lastPageOf(total: number | undefined, pageSize: number): number {
  return total === undefined ? 0 : Math.ceil(total / pageSize);
}

/** Whether two pages hold the same rows in the same order. */
export function sameRows(a: ListPage, b: ListPage): boolean {
  return a.keys.length === b.keys.length && a.keys.every((key, index) => key === b.keys[index]);
}

function listPage(rows: unknown[], total: number | undefined, size: number | undefined): ListPage {
  return {
    rows,
    keys: rows.map(rowKey),
    total: total !== undefined && total >= 0 ? total : undefined,
    declaredSize: size !== undefined && size > 0 ? size : undefined,
  };
}

function rowKey(row: unknown): number {
  const id = typeof row === 'object' && row !== null ? toIdText((row as { id?: unknown }).id) : undefined;
  return id === undefined ? -1 - hash53(JSON.stringify(row) ?? '') : idKey(id);
}
