import { toIdText } from '@catalogue-sync/catalogue';
import type { CallParams } from './box-login.js';
import { lastPageOf, pageSizeOf, readListPage } from './list-page.js';
import type { StalkerPortal } from './portal.js';

export type ChildRow = Readonly<Record<string, unknown>>;

/** Pages of 14 rows: more than any season has. */
const MAX_PAGES = 100;

/** Which rows are asked for; absent levels are not narrowed by. */
export interface ChildrenOf {
  type: 'vod' | 'series';
  title: string;
  season?: string;
  episode?: string;
}

/**
 * What stands below a title: its seasons, the episodes of one, the files of one or of a movie (PROVIDERS A.10). Empty where the portal knows no such
 * list. Stops at a page that brings nothing new: some portals repeat their last page for ever.
 */
export async function fetchChildren(
  portal: StalkerPortal,
  { type, title, season = '0', episode = '0' }: ChildrenOf,
  signal: AbortSignal,
): Promise<ChildRow[]> {
  const rows: ChildRow[] = [];
  const seen = new Set<string>();
  for (let p = 1; p <= MAX_PAGES; p++) {
    const params: CallParams = {
      type,
      action: 'get_ordered_list',
      movie_id: title,
      season_id: season,
      episode_id: episode,
      p,
    };
    const page = await portal.call(params, signal, readListPage, 2);
    if (page === undefined) break;
    const before = rows.length;
    for (const row of page.rows) {
      if (typeof row !== 'object' || row === null || Array.isArray(row)) continue;
      const key = JSON.stringify(row);
      if (seen.has(key)) continue;
      seen.add(key);
      rows.push(row as ChildRow);
    }
    if (rows.length === before || p >= lastPageOf(page.total, pageSizeOf(page))) break;
  }
  // A portal that does not know the parameters lists all its titles in their place.
  return rows.some((row) => isListRow(row, title)) ? [] : rows;
}

/** A row of the title list itself: of another title, and of no season, episode or file. */
function isListRow(row: ChildRow, title: string): boolean {
  const marked = ['is_season', 'is_episode', 'is_file', 'season_number', 'series_number'];
  if (marked.some((field) => row[field] !== undefined)) return false;
  const id = toIdText(row['id']);
  return id !== undefined && id !== title && !id.startsWith(`${title}:`) && !Array.isArray(row['series']);
}
