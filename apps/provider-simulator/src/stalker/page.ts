/** One page of a list: which rows it holds. */
export interface PageSlice {
  /** Positions [from, to) of the list. */
  from: number;
  to: number;
}

/** The rows of page `p` (from 1; anything else is page 1). Beyond the end it is empty, as an SQL LIMIT is. */
export function pageSlice(total: number, pageSize: number, p: string | null): PageSlice {
  const page = pageNumber(p);
  const from = Math.min(total, (page - 1) * pageSize);
  return { from, to: Math.min(total, from + pageSize) };
}

/** The page a query asks for. */
export function pageNumber(p: string | null): number {
  const page = Number(p ?? '1');
  return Number.isSafeInteger(page) && page > 0 ? page : 1;
}
