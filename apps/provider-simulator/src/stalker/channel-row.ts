import type { Catalogue } from '../catalogue/catalogue.js';
import type { Item } from '../catalogue/item.js';
import { displayName, figure, posterName } from '../catalogue/item-text.js';
import { sqlDateTime } from '../catalogue/dates.js';
import { JSON_WORDS as WORDS } from '../catalogue/vocabulary.js';
import type { RowMoment } from './row-moment.js';

/** A channel row of either family. `number` is the channel's position in the asked list, as on portals that number anew. */
export function channelRow(catalogue: Catalogue, item: Item, number: number, moment: RowMoment): string {
  const panel = catalogue.config.profile === 'panel';
  const { id } = item;
  const genre = catalogue.category('channel', item.category).id;
  const quirk = figure(item, 1);
  const text = (value: number | string) => (panel ? String(value) : `"${value}"`);
  const archiveHours = quirk % 4 === 0 ? 24 * (1 + (quirk % 7)) : 0;
  const modified = panel
    ? ''
    : sqlDateTime(item.edition === 0 ? item.addedAt : catalogue.config.epoch + item.edition * 86_400);
  const cmd = `ffmpeg http:\\/\\/localhost\\/ch\\/${id}_`;
  return (
    `{"id":${text(id)},"name":"${displayName(WORDS, item)}","number":"${number}","censored":${text(0)},` +
    `"cmd":"${cmd}","cmds":[{"id":"${id}","ch_id":"${id}","priority":"0","url":"${cmd}","status":"1","use_http_tmp_link":"1"}],` +
    `"tv_genre_id":${text(genre)},"base_ch":${text(1)},"hd":${text((quirk >>> 4) % 2)},` +
    `"xmltv_id":"${quirk % 6 === 0 ? '' : `epg${id % 997}.example`}","service_id":" ","use_http_tmp_link":${text(1)},"use_load_balancing":${text(0)},` +
    `"mc_cmd":"","enable_tv_archive":${archiveHours > 0 ? 1 : 0},"tv_archive_duration":${text(archiveHours)},"archive":${archiveHours > 0 ? 1 : 0},` +
    `"logo":"${quirk % 9 === 0 ? '' : `${posterName(item)}.png`}","lock":0,"fav":0,"open":1,"pvr":0,"modified":"${modified}","status":1,` +
    `"cur_playing":"[No channel info] ${moment.counter(id)}","epg":[],"genres_str":""}`
  );
}
