import { readListPage, type ListPage } from './list-page.js';

export interface LivingRow {
  id: string;
  added: unknown;
}

/** 2026-06-01T00:00:00Z, when the newest row of a new list was added. */
export const NEWEST = Date.UTC(2026, 5, 1);
/** The moment of the tests, ms. */
export const NOW = Date.UTC(2026, 6, 1);
export const HOUR = 3_600_000;

/** ms as portals write it. */
export function portalTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** A portal's list, newest first, that a script changes while it is read. Each row was added an hour after the one below it. */
export class LivingList {
  rows: LivingRow[];
  requests: number[] = [];
  byName = 0;
  private next: number;

  constructor(
    count: number,
    readonly size = 14,
    private readonly change: (list: LivingList, request: number) => void = () => undefined,
    private readonly answer: (list: LivingList, page: number) => unknown = (list, page) => list.page(page),
  ) {
    this.rows = Array.from({ length: count }, (_, index) => ({
      id: String(count - index),
      added: portalTime(NEWEST - index * HOUR),
    }));
    this.next = count + 1;
  }

  page(page: number): unknown {
    const data = this.rows.slice((page - 1) * this.size, page * this.size);
    return { total_items: String(this.rows.length), max_page_items: this.size, data };
  }

  /** Puts a new row at the head, unless told where, and gives its id. */
  insert(at = 0, added: unknown = portalTime(NEWEST + this.next * 1000)): string {
    const id = String(this.next++);
    this.rows.splice(at, 0, { id, added });
    return id;
  }

  remove(at: number): void {
    this.rows.splice(at, 1);
  }

  readonly fetch = (page: number): Promise<ListPage> => {
    this.requests.push(page);
    this.change(this, this.requests.length);
    return asListPage(this.answer(this, page));
  };

  /** Page 1 by name, as a portal that keeps to the order answers. */
  readonly fetchByName = (): Promise<ListPage> => {
    this.byName++;
    const data = this.rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, this.size);
    return asListPage({ total_items: this.rows.length, max_page_items: this.size, data });
  };
}

function asListPage(js: unknown): Promise<ListPage> {
  const read = readListPage(js);
  return read === undefined ? Promise.reject(new Error('no list')) : Promise.resolve(read);
}
