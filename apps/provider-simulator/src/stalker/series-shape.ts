import { episodeCount, seasonCount } from '../catalogue/episodes.js';
import type { Item } from '../catalogue/item.js';
import { figure } from '../catalogue/item-text.js';
import type { SeriesQuirks } from '../quirks/listing.quirks.js';
import { rowJson, type Row } from '../rows/row.js';

/** The flags that makers of portals know a series by. */
const FLAGS = [true, 1, '1'];

/** The row of a series in the shape that a portal's makers gave it; rows of movies stay as they are. */
export function shapeSeriesRow(json: string, item: Item, shape: SeriesQuirks['shape']): string {
  if (shape === undefined || item.kind !== 'series') return json;
  const row = JSON.parse(json) as Row;
  if (shape === 'mixed') return rowJson({ ...row, is_series: FLAGS[figure(item, 46) % FLAGS.length] });
  const { is_series: _, ...rest } = row;
  const seasons = Array.from({ length: seasonCount(item) }, (_each, i) => episodeCount(item, i + 1));
  const count = seasons.reduce((sum, episodes) => sum + episodes, 0);
  return rowJson({ ...rest, has_files: 0, series: Array.from({ length: count }, (_each, i) => i + 1) });
}
