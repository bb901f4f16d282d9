import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../api/api.js';
import type { ItemSort, Kind } from '../../app/url-filters.js';

/** Items of one answer at most. */
export const ITEM_PAGE = 200;

/** What a row shows of an item: of tens of thousands no more is kept. */
export interface ListedItem {
  id: string;
  kind: string;
  name: string;
  year?: number;
  poster?: string;
  addedAt?: string;
  category?: string;
}

export interface ItemFilter {
  q?: string;
  kind?: Kind;
  category?: string;
  sort?: ItemSort;
}

/** The items that a filter leaves, page by page. */
export function useItemPages(id: string, filter: ItemFilter) {
  return useInfiniteQuery({
    queryKey: ['items', id, filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: ITEM_PAGE, ...filter, ...(pageParam === '' ? {} : { cursor: pageParam }) };
      const { items, nextCursor } = await api.findItems({ path: { id }, query, signal });
      return { items: items.map(listed), nextCursor };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // Comparing all pages with every new one would take longer than a frame.
    structuralSharing: false,
    // It would ask for all pages again, one after the other.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: 60_000,
  });
}

/** Pages as one list. A page may be shorter than was asked for, where items are large. */
export function joined(pages: readonly { items: readonly ListedItem[] }[]): {
  count: number;
  at: (index: number) => ListedItem | undefined;
} {
  const starts = [0];
  for (const { items } of pages) starts.push((starts.at(-1) ?? 0) + items.length);
  return {
    count: starts.at(-1) ?? 0,
    at: (index) => {
      let page = Math.floor(index / ITEM_PAGE);
      while ((starts[page + 1] ?? Infinity) <= index) page += 1;
      return pages[page]?.items[index - (starts[page] ?? 0)];
    },
  };
}

function listed(item: Record<string, unknown>): ListedItem {
  const { id, kind, name, year, poster, addedAt, modifiedAt, categoryIds } = item as {
    id: string;
    kind: string;
    name: string;
    year?: number;
    poster?: string;
    addedAt?: string;
    modifiedAt?: string;
    categoryIds?: string[];
  };
  const category = categoryIds?.[0];
  const moment = addedAt ?? modifiedAt;
  return {
    id,
    kind,
    name,
    ...(year === undefined ? {} : { year }),
    ...(poster === undefined ? {} : { poster }),
    ...(moment === undefined ? {} : { addedAt: moment }),
    ...(category === undefined ? {} : { category }),
  };
}
