import type { Catalogue } from '../catalogue/catalogue.js';
import { episodeCount, episodes, seasonCount, seasonId } from '../catalogue/episodes.js';
import { sqlDateTime } from '../catalogue/dates.js';
import type { Item } from '../catalogue/item.js';
import { fileRows } from './file-rows.js';
import { panelSeasonRow } from './panel-vod-row.js';
import { RowMoment } from './row-moment.js';

/**
 * What `movie_id` lists, as JSON rows. A panel: the seasons of a series, newest first. A portal: the seasons of a series, then the episodes
 * of a season, then the files of an episode; and the files of a movie. `compositeIds`: season rows have ids like `123:2`.
 */
export function childRows(
  catalogue: Catalogue,
  type: 'vod' | 'series',
  query: URLSearchParams,
  { now, compositeIds }: { now: number; compositeIds: boolean },
): string[] {
  const id = query.get('movie_id') ?? '';
  const series = catalogue.find('series', id);
  if (catalogue.config.profile === 'panel') {
    if (type !== 'series' || series === undefined) return [];
    const rows = panelSeasons(catalogue, series, new RowMoment(now, true));
    return compositeIds ? rows.map((row, i) => withSeasonId(row, series.id, rows.length - i)) : rows;
  }
  if (series !== undefined) return portalChildren(series, query);
  const movie = catalogue.find('movie', id);
  return movie === undefined ? [] : fileRows(movie);
}

function portalChildren(series: Item, query: URLSearchParams): string[] {
  const seasons = seasonNumbers(series);
  const seasonAsked = asked(query, 'season_id');
  if (seasonAsked === undefined) return seasons.map((season) => seasonRow(series, season));
  const season = seasons.find((each) => String(seasonId(series, each)) === seasonAsked);
  if (season === undefined) return [];
  const episodeAsked = asked(query, 'episode_id');
  if (episodeAsked === undefined) return episodeRows(series, season);
  const episode = episodes(series, season).find(({ id }) => String(id) === episodeAsked);
  return episode === undefined ? [] : fileRows(series, episode);
}

function asked(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name) ?? '';
  return value === '' || value === '0' ? undefined : value;
}

function seasonNumbers(series: Item): number[] {
  return Array.from({ length: seasonCount(series) }, (_, i) => i + 1);
}

function panelSeasons(catalogue: Catalogue, series: Item, moment: RowMoment): string[] {
  return seasonNumbers(series)
    .toReversed()
    .map((season) => panelSeasonRow(catalogue, series, season, episodeCount(series, season), moment));
}

function withSeasonId(row: string, seriesId: number, season: number): string {
  return row.replace(/"id":"?\d+"?/, () => `"id":"${seriesId}:${season}"`);
}

function seasonRow(series: Item, season: number): string {
  const date = sqlDateTime(series.addedAt);
  return JSON.stringify({
    id: String(seasonId(series, season)),
    video_id: String(series.id),
    season_number: String(season),
    season_name: '',
    season_original_name: '',
    season_series: String(episodeCount(series, season)),
    date_add: date,
    date_modify: date,
    name: `Season ${season}`,
    is_season: true,
  });
}

function episodeRows(series: Item, season: number): string[] {
  const date = sqlDateTime(series.addedAt);
  const all = episodes(series, season);
  return all.map((episode) =>
    JSON.stringify({
      id: String(episode.id),
      season_id: String(seasonId(series, season)),
      series_number: String(episode.number),
      series_name: `Part ${episode.number}`,
      series_original_name: '',
      series_files: '1',
      date_add: date,
      date_modify: date,
      name: `Episode ${episode.number}. Part ${episode.number}`,
      is_episode: true,
      series: all.map((each) => String(each.number)),
    }),
  );
}
