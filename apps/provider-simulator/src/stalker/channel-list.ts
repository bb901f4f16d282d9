import type { Catalogue } from '../catalogue/catalogue.js';
import { itemAt } from '../catalogue/item.js';
import { displayName } from '../catalogue/item-text.js';
import { RAW_WORDS } from '../catalogue/vocabulary.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { RowBender, type Bend } from '../rows/row-bender.js';
import { inChunks } from '../server/answer.js';
import { channelRow } from './channel-row.js';
import { Pager } from './pager.js';
import { RowMoment } from './row-moment.js';
import type { ServedPage } from './vod-list.js';

/** `get_ordered_list` and `get_all_channels` of type `itv`. */
export class ChannelList {
  readonly #pager: Pager;
  readonly #bender: RowBender;

  constructor(
    private readonly catalogue: Catalogue,
    quirks = new QuirkBook(),
  ) {
    this.#pager = new Pager(catalogue.config, quirks);
    this.#bender = new RowBender(quirks);
  }

  /** A page of the list that the query describes. */
  serve(query: URLSearchParams, now: number): ServedPage {
    const channels = this.catalogue.population('channel');
    const indexes = this.#sorted(this.#inGenre(query.get('genre') ?? '*'), query.get('sortby'));
    const page = this.#pager.page(indexes.length, query.get('p'));
    const { invented } = page;
    const shown =
      invented === undefined
        ? Array.from(indexes.subarray(page.from, page.to))
        : Array.from({ length: invented.count }, (_, i) => channels.slots + invented.from + i);
    const moment = new RowMoment(now, false);
    const bend = this.#bender.next(now);
    const rows = shown.flatMap((index, i) => this.#rows(index, page.from + i + 1, moment, bend));
    return {
      json: this.#pager.json(page, indexes.length, rows),
      items: shown.map((index) => `channel:${channels.id(index)}`),
    };
  }

  /** Every channel in one answer, computed while it is sent. */
  all(now: number): Iterable<string> {
    return inChunks(this.#all(now));
  }

  *#all(now: number): Generator<string> {
    const indexes = this.catalogue.population('channel').listedIndexes();
    const moment = new RowMoment(now, false);
    const bend = this.#bender.next(now);
    const total = indexes.length;
    yield `{"total_items":${total},"max_page_items":${total},"selected_item":0,"cur_page":0,"data":[`;
    for (let i = 0; i < total; i++)
      yield (i === 0 ? '' : ',') + this.#rows(indexes[i] ?? 0, i + 1, moment, bend).join(',');
    yield ']}';
  }

  #rows(index: number, number: number, moment: RowMoment, bend: Bend | undefined): string[] {
    const item = itemAt(this.catalogue.population('channel'), index);
    const row = channelRow(this.catalogue, item, number, moment);
    return bend === undefined ? [row] : bend(row, item);
  }

  #inGenre(genre: string): Uint32Array {
    const channels = this.catalogue.population('channel');
    const indexes = channels.listedIndexes();
    if (genre === '*' || genre === '' || genre === '0') return indexes;
    const position = this.catalogue.categories('channel').findIndex((each) => String(each.id) === genre);
    return indexes.filter((index) => channels.category(index) === position);
  }

  #sorted(indexes: Uint32Array, sortBy: string | null): Uint32Array {
    if (sortBy !== 'name') return indexes;
    const names = new Map(
      Array.from(indexes, (index) => [index, displayName(RAW_WORDS, this.catalogue.item('channel', index))]),
    );
    return indexes.toSorted((a, b) => ((names.get(a) ?? '') < (names.get(b) ?? '') ? -1 : 1));
  }
}
