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
  releaseYear,
  score,
  title,
} from '../catalogue/item-text.js';
import { JSON_WORDS as WORDS, pick } from '../catalogue/vocabulary.js';
import type { RowMoment } from './row-moment.js';

/**
 * A VOD row of a real portal: columns of its table are strings or null, computed fields have real JSON types. Series stand among the
 * movies, told by `is_series`. Dates are portal local time without a zone (here UTC).
 */
export function genuineVodRow(catalogue: Catalogue, item: Item, moment: RowMoment): string {
  const { id, kind } = item;
  const bare = title(WORDS, item);
  const isSeries = kind === 'series';
  const category = catalogue.category('movie', item.category).id;
  const tenths = score(item);
  const reference = databaseId(item);
  const quirk = figure(item, 1);
  const year = releaseYear(item);
  const genre = figure(item, 2);
  return (
    `{"id":"${id}","owner":"","name":"${displayName(WORDS, item, bare)}","old_name":"",` +
    `"o_name":"${quirk % 4 === 0 ? '' : bare}","fname":"",` +
    `"description":${quirk % 13 === 0 ? 'null' : `"${plot(WORDS, item, 1)}"`},` +
    `"pic":"","cost":"0","time":"${pick(isSeries ? ['', '45'] : [String(minutes(item)), `${minutes(item)} min`, ''], quirk >>> 3)}",` +
    `"file":"","path":"v${id}","protocol":"","rtsp_url":"","censored":"0","hd":"${(quirk >>> 5) % 2}","series":${quirk % 211 === 0 ? 'false' : '[]'},` +
    `"director":"${director(WORDS, item)}","actors":"${genuineActors(item, quirk)}",` +
    `"year":"${isSeries ? seriesYears(year, quirk) : year}","year_end":"0","country":"${country(WORDS, item)}",` +
    `"added":${item.addedAt === 0 ? '"0000-00-00 00:00:00"' : `"${sqlDateTime(item.addedAt)}"`},"status":"1","accessed":"1",` +
    `"category_id":"${category}","genre_id":"0","cat_genre_id_1":"${1 + (genre % 14)}","cat_genre_id_2":"${(genre >>> 6) % 5}",` +
    `"genres_str":"${genres(WORDS, item, ', ')}","rating_mpaa":"${pick(WORDS.certificates, quirk >>> 7)}","age":"${pick(WORDS.ages, quirk >>> 9)}",` +
    `"rating_kinopoisk":"${quirk % 5 === 0 ? '' : `${Math.floor(tenths / 10)}.${tenths % 10}`}","rating_imdb":"","rating_count_kinopoisk":"${moment.counter(7)}",` +
    `"rating_last_update":"0000-00-00 00:00:00","kinopoisk_id":"${reference === 0 ? '' : reference}","autocomplete_provider":${quirk % 3 === 0 ? 'null' : '"kinopoisk"'},` +
    `"high_quality":"${(quirk >>> 11) % 2}","low_quality":0,"is_series":"${isSeries ? 1 : 0}","is_movie":true,"lock":0,"fav":0,"for_rent":0,` +
    `"has_files":${isSeries ? Math.max(0, 4 + (quirk % 60) + item.extraEpisodes) : 1},"screenshots":"${quirk % 12 === 0 ? 0 : id * 2}",` +
    `"screenshot_uri":${quirk % 12 === 0 ? 'false' : `"\\/stalker_portal\\/screenshots\\/${Math.ceil(id / 100)}\\/${posterName(item)}.jpg"`},` +
    `"cmd":"\\/media\\/${id}.mpg","count":"${moment.counter(id)}","last_played":"${moment.lastPlayed}","vote_sound_good":"${moment.counter(3)}"` +
    `${moment.dayLabel(item.addedAt)}}`
  );
}

/** The column is 255 wide and cuts in the middle of a name. */
function genuineActors(item: Item, quirk: number): string {
  return quirk % 17 === 0 ? `${cast(WORDS, item, 5)}, Ma` : cast(WORDS, item, 2 + (quirk % 4));
}

function seriesYears(year: number, quirk: number): string {
  return quirk % 3 === 0 ? `${year}-${year + 1 + (quirk % 6)}` : String(year);
}
