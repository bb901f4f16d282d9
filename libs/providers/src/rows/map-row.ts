import { MAX_PAGE_BYTES, type RowType } from '@catalogue-sync/contracts';
import { rejected, type MappedRow, type Row, type RowContext, type RowMapper } from './mapped-row.js';
import { mapM3uEntry, mapM3uGroup } from './m3u-rows.js';
import { isOversizedRow } from './oversized-row.js';
import { UnreadableRow } from './parse-rows.js';
import { mapStalkerCategory } from './stalker-category.js';
import { mapStalkerChannel } from './stalker-channel.js';
import { mapStalkerSeries, mapStalkerVod } from './stalker-vod.js';
import { mapXtreamCategory, mapXtreamChannel, mapXtreamMovie, mapXtreamSeries } from './xtream-rows.js';

const MAPPERS: Record<RowType, RowMapper> = {
  'stalker-category': mapStalkerCategory,
  'stalker-genre': mapStalkerCategory,
  'stalker-vod': mapStalkerVod,
  'stalker-series': mapStalkerSeries,
  'stalker-channel': mapStalkerChannel,
  'xtream-category': mapXtreamCategory,
  'xtream-channel': mapXtreamChannel,
  'xtream-movie': mapXtreamMovie,
  'xtream-series': mapXtreamSeries,
  'm3u-group': mapM3uGroup,
  'm3u-entry': mapM3uEntry,
};

/**
 * Reads one raw row of a provider. Total: every JSON value gives an item, a category, or a rejection that says why; nothing throws. The
 * same row always gives the same result, and the same item always the same id.
 */
export function mapRow(rowType: RowType, row: unknown, context: RowContext): MappedRow {
  if (row instanceof UnreadableRow) return rejected(row.reason);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return rejected('The row is not an object.');
  }
  if (isOversizedRow(row as Row)) return rejected(`The row is longer than ${MAX_PAGE_BYTES} bytes.`);
  return MAPPERS[rowType](row as Row, context);
}
