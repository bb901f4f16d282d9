import type { Catalogue } from '../catalogue/catalogue.js';
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
  title,
} from '../catalogue/item-text.js';
import { JSON_WORDS as WORDS, pick } from '../catalogue/vocabulary.js';
import { categoryIds, scoreText, timeText } from './row-values.js';

const NO_RATING = ['""', 'null', '"N\\/A"', '0'];
const NO_REFERENCE = ['""', '0', 'null', '"0"'];

/**
 * A row of `get_vod_streams` of an XUI-like panel, details included. Types are mixed as panels mix them: the same field is a number here,
 * a string there, null or "" elsewhere, but always the same for the same item.
 */
export function movieRow(catalogue: Catalogue, item: Item, num: number): string {
  const { id } = item;
  const bare = title(WORDS, item);
  const quirk = figure(item, 1);
  const reference = databaseId(item);
  const tenths = score(item);
  const trailer = quirk % 3 === 0 ? `yt${quirk >>> 4}` : '';
  const year = releaseYear(item);
  return (
    `{"num":${num},"name":"${displayName(WORDS, item, bare)}","title":"${bare}","year":${quirk % 2 === 0 ? `"${year}"` : year},` +
    `"stream_type":"movie","stream_id":${quirk % 6 === 0 ? `"${id}"` : id},"stream_icon":${movieIcon(item, quirk)},` +
    `"rating":${movieRating(tenths, quirk)},"rating_5based":${scoreText(Math.round(tenths / 2))},` +
    `"tmdb":${movieReference(reference, quirk)},"trailer":${trailer === '' ? 'null' : `"${trailer}"`},"added":${timeText(item.addedAt, quirk)},` +
    `"is_adult":${quirk % 97 === 0 ? '"1"' : quirk % 5 === 0 ? '"0"' : 0},"category_id":"${catalogue.category('movie', item.category).id}",` +
    `"category_ids":${categoryIds(catalogue, item)},"container_extension":${movieContainer(item, quirk)},"custom_sid":${quirk % 4 === 0 ? 'null' : '""'},"direct_source":"",` +
    `"plot":${quirk % 13 === 0 ? 'null' : `"${plot(WORDS, item, 1 + (quirk % 3 === 0 ? 1 : 0))}${quirk % 4_001 === 0 ? '\\u0000' : ''}"`},` +
    `"cast":"${quirk % 10 === 0 ? '' : cast(WORDS, item, 4 + (quirk % 4))}${quirk % 3_001 === 0 ? '\\ud83d' : ''}","director":"${director(WORDS, item)}",` +
    `"genre":"${genres(WORDS, item, quirk % 2 === 0 ? ', ' : ' \\/ ')}","release_date":"${quirk % 9 === 0 ? '' : releaseDate(item)}","youtube_trailer":"${trailer}",` +
    `"episode_run_time":${quirk % 2 === 0 ? `"${minutes(item)}"` : minutes(item)},"o_name":"${bare}","country":"${country(WORDS, item)}",` +
    `"age":"${pick(WORDS.ages, quirk >>> 9)}","mpaa_rating":"${pick(WORDS.certificates, quirk >>> 7)}","backdrop_path":${movieBackdrop(item, quirk)}}`
  );
}

export function movieContainer(item: Item, quirk: number): string {
  return quirk % 41 === 0 ? 'null' : `"${pick(WORDS.containers, figure(item, 5))}"`;
}

function movieIcon(item: Item, quirk: number): string {
  if (quirk % 12 === 0) return quirk % 24 === 0 ? 'null' : '""';
  return `"https:\\/\\/image.example\\/t\\/p\\/w600\\/${posterName(item)}.jpg"`;
}

function movieRating(tenths: number, quirk: number): string {
  if (quirk % 5 === 0) return pick(NO_RATING, quirk >>> 5);
  return quirk % 2 === 0 ? scoreText(tenths) : `"${scoreText(tenths)}"`;
}

function movieReference(reference: number, quirk: number): string {
  if (reference === 0) return pick(NO_REFERENCE, quirk);
  return quirk % 2 === 0 ? `"${reference}"` : String(reference);
}

function movieBackdrop(item: Item, quirk: number): string {
  if (quirk % 2 === 1) return quirk % 4 === 1 ? '[]' : 'null';
  const url = `"https:\\/\\/image.example\\/t\\/p\\/w1280\\/${figure(item, 9) >>> 2}.jpg"`;
  return quirk % 4 === 0 ? `[${url}]` : url;
}
