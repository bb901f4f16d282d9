import { ERROR_CODE, type RowType, type Scope } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from '../http/request-failure.js';
import { StalkerAuthFailure } from './answer.js';
import { readListPage, sameRows, type ListPage } from './list-page.js';
import type { StalkerPortal } from './portal.js';

/** How a scope is asked for. */
export interface ScopeLists {
  /** `type` of the calls. */
  type: 'itv' | 'vod' | 'series';
  categoryAction: 'get_genres' | 'get_categories';
  categoryType: RowType;
  rowType: RowType;
}

export const SCOPE_LISTS: Partial<Record<Scope, ScopeLists>> = {
  live: {
    type: 'itv',
    categoryAction: 'get_genres',
    categoryType: 'stalker-genre',
    rowType: 'stalker-channel',
  },
  vod: {
    type: 'vod',
    categoryAction: 'get_categories',
    categoryType: 'stalker-category',
    rowType: 'stalker-vod',
  },
  series: {
    type: 'series',
    categoryAction: 'get_categories',
    categoryType: 'stalker-category',
    rowType: 'stalker-series',
  },
};

/** One page of a scope's list, newest first. A portal that answers `false` here has lost the session. */
export function fetchListPage(
  portal: StalkerPortal,
  lists: ScopeLists,
  page: number,
  signal: AbortSignal,
  maxTries?: number,
): Promise<ListPage> {
  const everything: Record<string, string> =
    lists.type === 'itv' ? { genre: '*', sortby: 'number' } : { category: '*', sortby: 'added' };
  return portal.call(
    { type: lists.type, action: 'get_ordered_list', ...everything, p: page },
    signal,
    (js) => {
      if (js === false || js === null) throw new StalkerAuthFailure('false');
      return readListPage(js) ?? notAList();
    },
    maxTries,
  );
}

/** The first page of a scope's list by name; undefined where the portal does not list that way. */
export async function fetchFirstByName(
  portal: StalkerPortal,
  { type }: ScopeLists,
  signal: AbortSignal,
): Promise<ListPage | undefined> {
  const params = { type, action: 'get_ordered_list', category: '*', sortby: 'name', p: 1 };
  try {
    return await portal.call(params, signal, readListPage, 2);
  } catch (error) {
    if (error instanceof RequestFailure && error.code === ERROR_CODE.providerBadAnswer) return undefined;
    throw error;
  }
}

/** The categories or genres of a scope, as rows. */
export function fetchCategories(
  portal: StalkerPortal,
  lists: ScopeLists,
  signal: AbortSignal,
): Promise<unknown[]> {
  return portal.call(
    { type: lists.type, action: lists.categoryAction },
    signal,
    (js) => readListPage(js)?.rows ?? notAList(),
  );
}

/**
 * Whether the portal lists series apart from movies: panels do; others answer `false`, or, not knowing the type, with the movies again
 * (PROVIDERS A.10).
 */
export async function listsSeriesApart(portal: StalkerPortal, signal: AbortSignal): Promise<boolean> {
  const page = (type: 'vod' | 'series') =>
    portal.call(
      { type, action: 'get_ordered_list', category: '*', sortby: 'added', p: 1 },
      signal,
      readListPage,
    );
  const series = await page('series');
  if (series === undefined || series.rows.length === 0) return false;
  const movies = await page('vod');
  return movies === undefined || !sameRows(series, movies);
}

function notAList(): never {
  throw badAnswer('The portal answers with something else than a list.', 'never');
}
