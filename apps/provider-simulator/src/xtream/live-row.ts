import type { Catalogue } from '../catalogue/catalogue.js';
import type { Item } from '../catalogue/item.js';
import { displayName, figure, posterName } from '../catalogue/item-text.js';
import { JSON_WORDS as WORDS } from '../catalogue/vocabulary.js';
import { categoryIds, timeText } from './row-values.js';

/** A row of `get_live_streams`: there is one for every category of the channel, told apart by `category` only. */
export function liveRow(catalogue: Catalogue, item: Item, num: number, category: number): string {
  const quirk = figure(item, 1);
  const archiveDays = quirk % 4 === 0 ? 1 + (quirk % 7) : 0;
  return (
    `{"num":${num},"name":"${displayName(WORDS, item)}","stream_type":"${quirk % 31 === 0 ? 'radio_streams' : 'live'}","stream_id":${item.id},` +
    `"stream_icon":"${quirk % 9 === 0 ? '' : `http:\\/\\/logo.example\\/c\\/${posterName(item)}.png`}",` +
    `"epg_channel_id":${quirk % 6 === 0 ? 'null' : `"epg${item.id % 997}.example"`},"added":${timeText(item.addedAt, quirk)},"custom_sid":"",` +
    `"tv_archive":${archiveDays > 0 ? 1 : 0},"direct_source":"","tv_archive_duration":${quirk % 2 === 0 ? `"${archiveDays}"` : archiveDays},` +
    `"category_id":"${catalogue.category('channel', category).id}","category_ids":${categoryIds(catalogue, item)},"thumbnail":"","is_adult":0}`
  );
}
