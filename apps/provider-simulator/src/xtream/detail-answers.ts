import type { Catalogue } from '../catalogue/catalogue.js';
import { episodes, seasonCount, type Episode } from '../catalogue/episodes.js';
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
  score,
  title,
} from '../catalogue/item-text.js';
import { pick, RAW_WORDS as WORDS } from '../catalogue/vocabulary.js';
import type { SeriesQuirks } from '../quirks/listing.quirks.js';
import { jsonAnswer, type Answer } from '../server/answer.js';

const IMAGES = 'https://image.example/t/p/w600';

/** `get_vod_info`; an unknown id has an empty array for its info, and no movie. */
export function vodInfo(catalogue: Catalogue, id: string): Answer {
  const item = catalogue.find('movie', id);
  if (item === undefined) return jsonAnswer({ info: [] });
  const length = minutes(item);
  const hours = String(Math.floor(length / 60)).padStart(2, '0');
  return jsonAnswer({
    info: {
      ...details(item),
      movie_image: `${IMAGES}/${posterName(item)}.jpg`,
      releasedate: releaseDate(item),
      country: country(WORDS, item),
      duration_secs: length * 60,
      duration: `${hours}:${String(length % 60).padStart(2, '0')}:00`,
      bitrate: 2_000 + (figure(item, 40) % 6_000),
      video: [],
      audio: [],
    },
    movie_data: {
      stream_id: item.id,
      name: displayName(WORDS, item),
      added: String(item.addedAt),
      category_id: String(catalogue.category('movie', item.category).id),
      container_extension: pick(WORDS.containers, figure(item, 5)),
      custom_sid: '',
      direct_source: '',
    },
  });
}

/** `get_series_info`; episodes are an object by season, or an array of arrays for one series in five, unless `form` says otherwise. */
export function seriesInfo(catalogue: Catalogue, id: string, form?: SeriesQuirks['info']): Answer {
  const item = catalogue.find('series', id);
  if (item === undefined || form === 'empty-list') return jsonAnswer([]);
  if (form === 'null') return jsonAnswer(null);
  const seasons = Array.from({ length: seasonCount(item) }, (_, i) => i + 1);
  const bySeason = seasons.map((season) =>
    episodes(item, season).map((episode) => episodeRow(item, episode)),
  );
  const seasonRows = seasons.map((season) => ({
    id: item.id * 10 + season,
    name: `Season ${season}`,
    season_number: season,
    episode_count: bySeason[season - 1]?.length ?? 0,
    air_date: releaseDate(item),
    overview: '',
    cover: '',
  }));
  const asList = form === 'list' || (form !== 'by-season' && figure(item, 41) % 5 === 0);
  return jsonAnswer({
    seasons: form === 'no-seasons' ? [] : seasonRows,
    info: {
      ...details(item),
      cover: `${IMAGES}/${posterName(item)}.jpg`,
      last_modified: String(item.addedAt),
    },
    ...(form !== 'no-episodes' && {
      episodes: asList
        ? bySeason
        : Object.fromEntries(seasons.map((season, i) => [String(season), bySeason[i]])),
    }),
  });
}

function details(item: Item): Record<string, unknown> {
  return {
    name: displayName(WORDS, item),
    o_name: title(WORDS, item),
    tmdb_id: databaseId(item) || '',
    plot: plot(WORDS, item, 3),
    cast: cast(WORDS, item, 6),
    director: director(WORDS, item),
    genre: genres(WORDS, item, ' / '),
    rating: String(score(item) / 10),
    release_date: releaseDate(item),
    backdrop_path: [],
    youtube_trailer: '',
    episode_run_time: String(minutes(item)),
  };
}

function episodeRow(item: Item, episode: Episode): Record<string, unknown> {
  return {
    id: String(episode.id),
    episode_num: episode.number,
    title: `${title(WORDS, item)} - S${episode.season}E${episode.number}`,
    container_extension: 'mkv',
    info: { duration_secs: 60 * (20 + (figure(item, 42) % 40)) },
    custom_sid: '',
    added: String(item.addedAt),
    season: episode.season,
    direct_source: '',
  };
}
