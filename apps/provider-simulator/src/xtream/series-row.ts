import type { Catalogue } from '../catalogue/catalogue.js';
import type { Item } from '../catalogue/item.js';
import {
  cast,
  databaseId,
  director,
  displayName,
  figure,
  genres,
  plot,
  posterName,
  releaseDate,
  releaseYear,
  score,
  title,
} from '../catalogue/item-text.js';
import { JSON_WORDS as WORDS } from '../catalogue/vocabulary.js';
import { categoryIds, scoreText, timeText } from './row-values.js';

const DAY = 86_400;

/** A row of `get_series`. Half of the edits move `last_modified`, the others leave it, as panels do. */
export function seriesRow(catalogue: Catalogue, item: Item, num: number): string {
  const bare = title(WORDS, item);
  const quirk = figure(item, 1);
  const tenths = score(item);
  const reference = databaseId(item);
  const date = quirk % 9 === 0 ? '' : releaseDate(item);
  return (
    `{"num":${num},"name":"${displayName(WORDS, item, bare)}","title":"${bare}","year":"${releaseYear(item)}",` +
    `"stream_type":"series","series_id":${quirk % 6 === 0 ? `"${item.id}"` : item.id},` +
    `"cover":"${quirk % 12 === 0 ? '' : `https:\\/\\/image.example\\/t\\/p\\/w600\\/${posterName(item)}.jpg`}",` +
    `"plot":${quirk % 13 === 0 ? 'null' : `"${plot(WORDS, item, 2)}"`},"cast":"${cast(WORDS, item, 5)}","director":"${director(WORDS, item)}",` +
    `"genre":"${genres(WORDS, item, ' \\/ ')}","release_date":"${date}","releaseDate":"${date}","last_modified":${timeText(lastModified(catalogue, item), quirk)},` +
    `"rating":${quirk % 2 === 0 ? `"${scoreText(tenths)}"` : scoreText(tenths)},"rating_5based":${scoreText(Math.round(tenths / 2))},` +
    `"backdrop_path":${backdrop(item, quirk)},"youtube_trailer":${quirk % 3 === 0 ? 'null' : '""'},"episode_run_time":"${quirk % 3 === 0 ? 0 : 20 + (quirk % 50)}",` +
    `"category_id":"${catalogue.category('series', item.category).id}","category_ids":${categoryIds(catalogue, item)},` +
    `"tmdb":${reference === 0 ? '""' : `"${reference}"`}}`
  );
}

function lastModified(catalogue: Catalogue, item: Item): number {
  return item.edition > 0 && figure(item, 7) % 2 === 0
    ? Math.max(item.addedAt, catalogue.config.epoch + item.edition * DAY)
    : item.addedAt;
}

function backdrop(item: Item, quirk: number): string {
  const url = `https:\\/\\/image.example\\/t\\/p\\/w1280\\/${figure(item, 9) >>> 2}.jpg`;
  switch (quirk % 5) {
    case 0:
      return `["${url}"]`;
    case 1:
      return '[]';
    case 2:
      return `"${url}"`;
    case 3:
      return `"[\\"${url}\\"]"`;
    default:
      return 'null';
  }
}
