/** How a provider is spoken to. */
export const PROTOCOLS = ['stalker', 'xtream', 'm3u'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * What one listing of a provider covers; the unit of completeness. Stalker: `live`, `vod` (movies and series in one list), `series`
 * where it lists them apart. Xtream: `live`, `movie`, `series`. M3U: `playlist`.
 */
export const SCOPES = ['live', 'vod', 'movie', 'series', 'playlist'] as const;
export type Scope = (typeof SCOPES)[number];

/** How a scope is fetched; `auto` picks among the others per scope, and says why. */
export const SYNC_MODES = ['full', 'head', 'list'] as const;
export type SyncMode = (typeof SYNC_MODES)[number];

/** What the rows of a page are, and so which mapper reads them. */
export const ROW_TYPES = [
  'stalker-category',
  'stalker-genre',
  'stalker-vod',
  'stalker-series',
  'stalker-channel',
  'xtream-category',
  'xtream-channel',
  'xtream-movie',
  'xtream-series',
  'm3u-group',
  'm3u-entry',
] as const;
export type RowType = (typeof ROW_TYPES)[number];

/**
 * Marks a page that holds no rows but the ids (`movie:123`) of items whose rows are, byte for byte, those of the run before: that run was
 * reconciled completely, so there is nothing to compare.
 */
export const KNOWN_ITEMS = 'known-items';
export type PageRowType = RowType | typeof KNOWN_ITEMS;

/** Whether rows of this type are categories rather than items. */
export function isCategoryRowType(rowType: PageRowType): boolean {
  return rowType.endsWith('-category') || rowType === 'stalker-genre' || rowType === 'm3u-group';
}
