import type { ItemKind } from '@catalogue-sync/contracts';

/** What of the catalogue the provider lists at all, while nothing of it is really gone: an outage behind its lists. */
export interface ListedQuirks {
  /** Share of the items that is listed, 0 to 100; which ones depends on the seed only, and 80 shows all that 50 shows. */
  percent: number;
  /** Default: all kinds. */
  kinds?: ItemKind[];
  /** How an Xtream list without rows looks. Default `[]`. */
  emptyAs?: '[]' | '{}';
}

/** How a Stalker page tells its size. Default: `max_page_items` holds it. */
export const PAGE_SIZE_MEMBERS = ['missing', 'zero', 'rows'] as const;
/** What `js.data` is. `bare`: `js` is the list itself. Default: an array in `data`. */
export const DATA_SHAPES = ['keyed-by-index', 'keyed-by-id', 'bare'] as const;
/** What a page beyond the last one shows. `invent`: new items without end. Default: nothing. */
export const PAST_ENDS = ['repeat-last', 'wrap', 'invent'] as const;
export const TOTAL_TYPES = ['string', 'number', 'missing'] as const;

/** How a Stalker list is cut into pages. Portals of other makers differ in all of it. */
export interface ListingQuirks {
  /** Rows of a page from now on, instead of the catalogue's own page size. */
  pageSize?: number;
  pageSizeMember?: (typeof PAGE_SIZE_MEMBERS)[number];
  dataShape?: (typeof DATA_SHAPES)[number];
  pastEnd?: (typeof PAST_ENDS)[number];
  /** Every page is page 1, whatever `p` says. */
  ignorePage?: boolean;
  /** The page after this one shows this one's rows again. */
  repeatPage?: number;
  /** One page in the middle holds fewer rows; the missing ones are on no other page. */
  shortPage?: { page: number; rows: number };
  /** Default: a string on portals, a number on panels. */
  totalType?: (typeof TOTAL_TYPES)[number];
  /** Rows that `total_items` counts too many, as where locked channels or files are counted; below 0: too few. */
  totalOffset?: number;
  /** What `total_items` grows by with each request. */
  totalDrift?: number;
  /** Lists come by name, whatever `sortby` says. */
  ignoreSort?: boolean;
  ties?: {
    /** Rows whose `added` lies within the same so many seconds show the same second. Default: as they are. */
    seconds?: number;
    /** Rows with the same `added` come in another order with each request. */
    shuffle?: boolean;
  };
}

/** `embedded`: episode numbers stand in the row itself. `mixed`: a panel's `vod` list holds its series too, told by flags of three types. */
export const SERIES_SHAPES = ['embedded', 'mixed'] as const;
/** What `get_series_info` answers. */
export const SERIES_INFOS = ['empty-list', 'null', 'by-season', 'list', 'no-episodes', 'no-seasons'] as const;

/** How series are told of. */
export interface SeriesQuirks {
  shape?: (typeof SERIES_SHAPES)[number];
  /** Season rows of a panel have ids like `123:2`; default: all have their series' id. */
  seasonIds?: 'composite';
  info?: (typeof SERIES_INFOS)[number];
}
