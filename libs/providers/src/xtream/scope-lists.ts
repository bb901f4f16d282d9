import { CatalogueSyncError, ERROR_CODE, type Scope } from '@catalogue-sync/contracts';

/** The two lists that make up a scope of a panel (PROVIDERS B.3). */
export interface ListOfScope {
  categories: string;
  items: string;
  rowType: 'xtream-channel' | 'xtream-movie' | 'xtream-series';
  count: 'channel' | 'movie' | 'series';
}

const LISTS: Partial<Record<Scope, ListOfScope>> = {
  live: {
    categories: 'get_live_categories',
    items: 'get_live_streams',
    rowType: 'xtream-channel',
    count: 'channel',
  },
  movie: {
    categories: 'get_vod_categories',
    items: 'get_vod_streams',
    rowType: 'xtream-movie',
    count: 'movie',
  },
  series: {
    categories: 'get_series_categories',
    items: 'get_series',
    rowType: 'xtream-series',
    count: 'series',
  },
};

export const XTREAM_SCOPES: readonly Scope[] = ['live', 'movie', 'series'];

export function listOfScope(scope: Scope): ListOfScope {
  const list = LISTS[scope];
  if (list === undefined) {
    throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `An Xtream panel has no scope "${scope}".`);
  }
  return list;
}
