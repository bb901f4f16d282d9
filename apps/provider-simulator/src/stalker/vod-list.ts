import type { Catalogue } from '../catalogue/catalogue.js';
import { episodeCount, episodes, seasonCount, seasonId } from '../catalogue/episodes.js';
import type { Item } from '../catalogue/item.js';
import { sqlDateTime } from '../catalogue/dates.js';
import { vodRefIndex, vodRefKind, type VodKinds, type VodRef, type VodSort } from '../catalogue/vod-order.js';
import { genuineVodRow } from './genuine-vod-row.js';
import { pageJson, pageSlice } from './page.js';
import { panelSeasonRow, panelVodRow } from './panel-vod-row.js';
import { RowMoment } from './row-moment.js';

const EMPTY = new Uint32Array(0);

/** `get_ordered_list` of type `vod` and, on panels, `series`. */
export class VodList {
  constructor(private readonly catalogue: Catalogue) {}

  /** A page of the list that the query describes, as JSON. */
  page(type: 'vod' | 'series', query: URLSearchParams, now: number): string {
    const movieId = query.get('movie_id') ?? '';
    if (movieId !== '' && movieId !== '0') return this.#children(type, movieId, query, now);
    const { config } = this.catalogue;
    const sort = this.#sort(query.get('sortby'));
    const moment = new RowMoment(now, config.profile === 'panel' || sort === 'added');
    const { list, category } = this.#list(type, query, sort);
    const { from, to } = pageSlice(list.length, config.pageSize, query.get('p'));
    let rows = '';
    for (let i = from; i < to; i++)
      rows += (i === from ? '' : ',') + this.#row(list[i] ?? 0, moment, category);
    return pageJson(config, list.length, rows);
  }

  #row(ref: VodRef, moment: RowMoment, category: number | undefined): string {
    const item = this.catalogue.item(vodRefKind(ref), vodRefIndex(ref));
    return this.catalogue.config.profile === 'genuine'
      ? genuineVodRow(this.catalogue, item, moment)
      : panelVodRow(this.catalogue, item, moment, category);
  }

  /** Without a known sort, portals sort by name and panels by date. */
  #sort(sortBy: string | null): VodSort {
    if (sortBy === 'added' || sortBy === 'name') return sortBy;
    return this.catalogue.config.profile === 'genuine' ? 'name' : 'added';
  }

  #list(
    type: 'vod' | 'series',
    query: URLSearchParams,
    sort: VodSort,
  ): { list: Uint32Array; category?: number } {
    const { vodOrder, config } = this.catalogue;
    const kinds: VodKinds = config.profile === 'genuine' ? 'both' : type === 'series' ? 'series' : 'movie';
    const { position, id, unknown } = this.#category(kinds, query.get('category') ?? '*');
    const all = unknown ? EMPTY : vodOrder.list(kinds, sort, position);
    const search = query.get('search') ?? '';
    const list = search === '' ? all : vodOrder.search(all, search);
    return id === undefined ? { list } : { list, category: id };
  }

  /** `*`, "" and 0 mean all; what is no number means all to a panel and nothing to a portal. */
  #category(kinds: VodKinds, asked: string): { position?: number; id?: number; unknown: boolean } {
    const panel = this.catalogue.config.profile === 'panel';
    if (asked === '*' || asked === '' || asked === '0') return { unknown: false };
    if (!/^\d+$/.test(asked)) return { unknown: !panel };
    const id = Number(asked);
    const position = this.catalogue
      .categories(kinds === 'series' ? 'series' : 'movie')
      .findIndex((each) => each.id === id);
    return position < 0 ? { unknown: true } : { position, id, unknown: false };
  }

  #children(type: 'vod' | 'series', movieId: string, query: URLSearchParams, now: number): string {
    const { config } = this.catalogue;
    const series = this.catalogue.find('series', movieId);
    const rows = series === undefined ? [] : this.#childRows(type, series, query, now);
    const { from, to } = pageSlice(rows.length, config.pageSize, query.get('p'));
    return pageJson(config, rows.length, rows.slice(from, to).join(','));
  }

  #childRows(type: 'vod' | 'series', series: Item, query: URLSearchParams, now: number): string[] {
    const numbers = Array.from({ length: seasonCount(series) }, (_, i) => i + 1);
    if (this.catalogue.config.profile === 'panel') {
      if (type !== 'series') return [];
      const moment = new RowMoment(now, true);
      return numbers
        .toReversed()
        .map((season) =>
          panelSeasonRow(this.catalogue, series, season, episodeCount(series, season), moment),
        );
    }
    const seasonAsked = query.get('season_id') ?? '';
    if (seasonAsked === '' || seasonAsked === '0') return numbers.map((season) => seasonRow(series, season));
    const season = numbers.find((each) => String(seasonId(series, each)) === seasonAsked);
    return season === undefined ? [] : episodeRows(series, season);
  }
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
