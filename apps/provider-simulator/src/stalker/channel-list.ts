import type { Catalogue } from '../catalogue/catalogue.js';
import { displayName } from '../catalogue/item-text.js';
import { RAW_WORDS } from '../catalogue/vocabulary.js';
import { inChunks } from '../server/answer.js';
import { channelRow } from './channel-row.js';
import { pageJson, pageSlice } from './page.js';
import { RowMoment } from './row-moment.js';

/** `get_ordered_list` and `get_all_channels` of type `itv`. */
export class ChannelList {
  constructor(private readonly catalogue: Catalogue) {}

  page(query: URLSearchParams, now: number): string {
    const { config } = this.catalogue;
    const indexes = this.#sorted(this.#inGenre(query.get('genre') ?? '*'), query.get('sortby'));
    const moment = new RowMoment(now, false);
    const { from, to } = pageSlice(indexes.length, config.pageSize, query.get('p'));
    const rows = Array.from(indexes.subarray(from, to), (index, i) => this.#row(index, from + i + 1, moment));
    return pageJson(config, indexes.length, rows.join(','));
  }

  /** Every channel in one answer, computed while it is sent. */
  all(now: number): Iterable<string> {
    return inChunks(this.#all(now));
  }

  *#all(now: number): Generator<string> {
    const indexes = this.catalogue.population('channel').liveIndexes();
    const moment = new RowMoment(now, false);
    const total = indexes.length;
    yield `{"total_items":${total},"max_page_items":${total},"selected_item":0,"cur_page":0,"data":[`;
    for (let i = 0; i < total; i++) yield (i === 0 ? '' : ',') + this.#row(indexes[i] ?? 0, i + 1, moment);
    yield ']}';
  }

  #row(index: number, number: number, moment: RowMoment): string {
    return channelRow(this.catalogue, this.catalogue.item('channel', index), number, moment);
  }

  #inGenre(genre: string): Uint32Array {
    const channels = this.catalogue.population('channel');
    const indexes = channels.liveIndexes();
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
