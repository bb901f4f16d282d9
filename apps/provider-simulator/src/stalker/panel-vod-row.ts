import type { Catalogue } from '../catalogue/catalogue.js';
import { sqlDateTime } from '../catalogue/dates.js';
import type { Item } from '../catalogue/item.js';
import {
  cast,
  country,
  databaseId,
  director,
  displayName,
  figure,
  genres,
  minutes,
  plot,
  posterName,
  releaseDate,
  releaseYear,
  score,
} from '../catalogue/item-text.js';
import { JSON_WORDS as WORDS, pick } from '../catalogue/vocabulary.js';
import type { RowMoment } from './row-moment.js';

/** What all rows of a panel carry and never changes. */
const CONSTANTS =
  '"old_name":"","fname":"","pic":"","cost":0,"file":"","path":"","protocol":"","rtsp_url":"","censored":0,"year_end":0,"status":1,"accessed":1,' +
  '"rating_last_update":"0000-00-00 00:00:00","rating_count_kinopoisk":0,"is_movie":1,"lock":0,"fav":0,"for_rent":0,"low_quality":0,' +
  '"count":0,"last_played":"","vote_sound_good":0,"vote_sound_bad":0';

/**
 * A VOD row of a panel: numbers as numbers, "N/A" for what is empty, absolute image URLs, the play command as base64 of JSON. A series
 * row is a shell without one. `askedCategory` is what the listing was filtered by: the panel repeats it.
 */
export function panelVodRow(
  catalogue: Catalogue,
  item: Item,
  moment: RowMoment,
  askedCategory?: number,
): string {
  const { id, kind } = item;
  const isSeries = kind === 'series';
  const category = catalogue.category(kind, item.category);
  const quirk = figure(item, 1);
  const name = displayName(WORDS, item);
  const reference = databaseId(item);
  return (
    `{"id":${quirk % 3 === 0 ? `"${id}"` : id},"name":"${name}","o_name":"${name}","tmdb_id":${panelReference(reference, quirk)},` +
    `"description":"${quirk % 13 === 0 ? 'N\\/A' : plot(WORDS, item, 1)}","director":"${quirk % 11 === 0 ? 'N\\/A' : director(WORDS, item)}",` +
    `"actors":"${quirk % 10 === 0 ? 'N\\/A' : cast(WORDS, item, 3)}","genres_str":"${genres(WORDS, item, ', ')}","country":"${country(WORDS, item)}",` +
    `"time":${isSeries ? '"N\\/a"' : minutes(item)},"year":${isSeries ? `"${releaseDate(item)}"` : panelYear(releaseYear(item), quirk)},` +
    `"category_id":${askedCategory ?? category.id},"cat_genre_id_1":${askedCategory ?? category.id},` +
    `"added":"${sqlDateTime(item.addedAt)}","hd":${(quirk >>> 5) % 2},"series":[],"is_series":${isSeries ? 1 : 0},"has_files":${isSeries ? 1 : 0},` +
    `"rating_im":"${panelScore(item, quirk)}","rating_kinopoisk":"${panelScore(item, quirk)}","rating_mpaa":"${pick(WORDS.certificates, quirk >>> 7)}",` +
    `"age":"${pick(WORDS.ages, quirk >>> 9)}","high_quality":${(quirk >>> 11) % 2},` +
    `"screenshot_uri":"${quirk % 12 === 0 ? '' : `https:\\/\\/image.example\\/t\\/p\\/w600\\/${posterName(item)}.jpg`}",` +
    `"cmd":"${isSeries ? '' : movieCommand(item)}",${CONSTANTS}${moment.dayLabel(item.addedAt)}}`
  );
}

/** One row a season; all of them carry the id of their series, and the season stands in name and command only. */
export function panelSeasonRow(
  catalogue: Catalogue,
  item: Item,
  season: number,
  episodeCount: number,
  moment: RowMoment,
): string {
  const shell = panelVodRow(catalogue, item, moment);
  const series = Array.from({ length: episodeCount }, (_, i) => i + 1).join(',');
  const cmd = base64(`{"series_id":${item.id},"season_num":${season},"type":"series"}`);
  return shell
    .replace(/"name":"[^"]*"/, () => `"name":"Season ${season}"`)
    .replace('"series":[]', `"series":[${series}]`)
    .replace('"has_files":1', '"has_files":0')
    .replace('"cmd":""', () => `"cmd":"${cmd}"`);
}

function movieCommand(item: Item): string {
  const container = pick(WORDS.containers, figure(item, 5));
  return base64(`{"type":"movie","stream_id":${item.id},"target_container":"${container}"}`);
}

/** Base64 of an ASCII text, for the inside of a PHP-style JSON string. */
function base64(text: string): string {
  return btoa(text).replaceAll('/', String.raw`\/`);
}

function panelReference(reference: number, quirk: number): string {
  if (reference === 0) return quirk % 2 === 0 ? '""' : 'null';
  return quirk % 2 === 0 ? `"${reference}"` : String(reference);
}

function panelYear(year: number, quirk: number): string {
  return quirk % 29 === 0 ? 'null' : quirk % 2 === 0 ? `"${year}"` : String(year);
}

function panelScore(item: Item, quirk: number): string {
  const tenths = score(item);
  return quirk % 5 === 0 ? 'N\\/A' : `${Math.floor(tenths / 10)}.${tenths % 10}`;
}
