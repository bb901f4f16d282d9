import type { Catalogue } from '../catalogue/catalogue.js';
import { itemAt, type Item } from '../catalogue/item.js';
import { vodRefIndex, vodRefKind, type VodKinds, type VodRef, type VodSort } from '../catalogue/vod-order.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { RowBender } from '../rows/row-bender.js';
import { genuineVodRow } from './genuine-vod-row.js';
import { Pager, type ListPage } from './pager.js';
import { panelVodRow } from './panel-vod-row.js';
import { RowMoment } from './row-moment.js';
import { shapeSeriesRow } from './series-shape.js';
import { shuffleTies } from './tie-order.js';
import { childRows } from './vod-children.js';

const EMPTY = new Uint32Array(0);

/** A page as it is sent, and the items that it shows, as `kind:external id`. */
export interface ServedPage {
  json: string;
  items: string[];
}

/** `get_ordered_list` of type `vod` and, on panels, `series`. */
export class VodList {
  readonly #pager: Pager;
  readonly #bender: RowBender;
  #shuffles = 0;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly quirks = new QuirkBook(),
  ) {
    this.#pager = new Pager(catalogue.config, quirks);
    this.#bender = new RowBender(quirks);
  }

  /** A page of the list that the query describes, as JSON. */
  page(type: 'vod' | 'series', query: URLSearchParams, now: number): string {
    return this.serve(type, query, now).json;
  }

  /** The same page, and what it shows. */
  serve(type: 'vod' | 'series', query: URLSearchParams, now: number): ServedPage {
    const movieId = query.get('movie_id') ?? '';
    if (movieId !== '' && movieId !== '0') return { json: this.#children(type, query, now), items: [] };
    const sort = this.#sort(query.get('sortby'));
    const { list, category } = this.#list(type, query, sort);
    const page = this.#pager.page(list.length, query.get('p'));
    const items = this.#items(list, page, sort, type);
    const moment = new RowMoment(now, this.catalogue.config.profile === 'panel' || sort === 'added');
    const bend = this.#bender.next(now);
    const rows = items.flatMap((item) => {
      const row = this.#row(item, moment, category);
      return bend === undefined ? row : bend(row, item);
    });
    return {
      json: this.#pager.json(page, list.length, rows),
      items: items.map((item) => `${item.kind}:${item.id}`),
    };
  }

  #items(list: Uint32Array, page: ListPage, sort: VodSort, type: 'vod' | 'series'): Item[] {
    const { ties } = this.quirks.now.listing ?? {};
    const blur = (item: Item): Item =>
      ties?.seconds === undefined ? item : { ...item, addedAt: rounded(item.addedAt, ties.seconds) };
    const item = (ref: VodRef) => blur(this.catalogue.item(vodRefKind(ref), vodRefIndex(ref)));
    if (page.invented !== undefined) return this.#inventedItems(type, page.invented);
    if (sort !== 'added' || ties?.shuffle !== true)
      return Array.from(list.subarray(page.from, page.to), (ref) => item(ref));
    this.#shuffles += 1;
    return shuffleTies(list, page, (ref) => item(ref).addedAt, this.#shuffles).map(item);
  }

  /** Items after the last one that ever existed: never the same twice. */
  #inventedItems(type: 'vod' | 'series', { from, count }: { from: number; count: number }): Item[] {
    const population = this.catalogue.population(type === 'series' ? 'series' : 'movie');
    return Array.from({ length: count }, (_, i) => itemAt(population, population.slots + from + i));
  }

  #row(item: Item, moment: RowMoment, category: number | undefined): string {
    const { catalogue } = this;
    const shape = this.quirks.now.series?.shape;
    if (catalogue.config.profile === 'genuine')
      return shapeSeriesRow(genuineVodRow(catalogue, item, moment), item, shape);
    const told = shape === 'mixed' ? catalogue.category('movie', item.category).id : undefined;
    return shapeSeriesRow(panelVodRow(catalogue, item, moment, category ?? told), item, shape);
  }

  /** Without a known sort, portals sort by name and panels by date. */
  #sort(sortBy: string | null): VodSort {
    if (this.quirks.now.listing?.ignoreSort === true) return 'name';
    if (sortBy === 'added' || sortBy === 'name') return sortBy;
    return this.catalogue.config.profile === 'genuine' ? 'name' : 'added';
  }

  #list(
    type: 'vod' | 'series',
    query: URLSearchParams,
    sort: VodSort,
  ): { list: Uint32Array; category?: number } {
    const { vodOrder, config } = this.catalogue;
    const mixed = config.profile === 'genuine' || this.quirks.now.series?.shape === 'mixed';
    const kinds: VodKinds = type === 'series' ? 'series' : mixed ? 'both' : 'movie';
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

  #children(type: 'vod' | 'series', query: URLSearchParams, now: number): string {
    const compositeIds = this.quirks.now.series?.seasonIds === 'composite';
    const rows = childRows(this.catalogue, type, query, { now, compositeIds });
    const page = this.#pager.page(rows.length, query.get('p'));
    return this.#pager.json(page, rows.length, rows.slice(page.from, page.to));
  }
}

function rounded(seconds: number, step: number): number {
  return Math.floor(seconds / step) * step;
}
