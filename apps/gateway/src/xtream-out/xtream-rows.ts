import type { CatalogueItem, Episode } from '@catalogue-sync/contracts';
import { imageAddress } from '../playback/player-address.js';
import { streamNumber } from '../playback/stream-numbers.js';
import type { CategoryNumbers } from './category-numbers.js';

/** Many players take no address without an extension; where the provider tells none, this is the likeliest. */
export const DEFAULT_CONTAINER = 'mp4';

/** What rows are made with. */
export interface RowScene {
  categories: CategoryNumbers;
  /** What image paths are relative to. */
  imageBaseUrl: string | undefined;
}

/** A row of `get_live_streams`; `position` counts from 1. */
export function channelRow(item: CatalogueItem, position: number, scene: RowScene): object {
  return {
    num: item.number ?? position,
    name: item.name,
    stream_type: item.radio === true ? 'radio_streams' : 'live',
    stream_id: streamNumber(item),
    stream_icon: imageAddress(item.poster, scene.imageBaseUrl),
    epg_channel_id: item.epgChannelId ?? null,
    added: seconds(item.addedAt),
    is_adult: item.adult === true ? 1 : 0,
    ...categoriesOf(item, scene),
    custom_sid: '',
    // Catch-up is not passed on.
    tv_archive: 0,
    direct_source: '',
    tv_archive_duration: 0,
  };
}

/** A row of `get_vod_streams`. */
export function movieRow(item: CatalogueItem, position: number, scene: RowScene): object {
  return {
    num: position,
    name: item.name,
    title: item.name,
    year: item.year === undefined ? null : String(item.year),
    stream_type: 'movie',
    stream_id: streamNumber(item),
    stream_icon: imageAddress(item.poster, scene.imageBaseUrl),
    ...ratingsOf(item),
    tmdb: item.references?.tmdb ?? '',
    added: seconds(item.addedAt),
    is_adult: item.adult === true ? 1 : 0,
    ...categoriesOf(item, scene),
    container_extension: item.container ?? DEFAULT_CONTAINER,
    custom_sid: null,
    direct_source: '',
  };
}

/** A row of `get_series`. `episode_count` is null while nobody has asked the provider, and its list does not tell. */
export function seriesRow(item: CatalogueItem, position: number, scene: RowScene): object {
  return {
    num: position,
    name: item.name,
    title: item.name,
    stream_type: 'series',
    series_id: streamNumber(item),
    ...seriesFacts(item, scene),
  };
}

/** `info` of `get_series_info`, and most of a row. */
export function seriesFacts(item: CatalogueItem, scene: RowScene): Record<string, unknown> {
  return {
    cover: imageAddress(item.poster, scene.imageBaseUrl),
    ...plotOf(item),
    releaseDate: item.releaseDate ?? '',
    release_date: item.releaseDate ?? '',
    year: item.year === undefined ? null : String(item.year),
    last_modified: seconds(item.modifiedAt ?? item.addedAt),
    ...ratingsOf(item),
    backdrop_path: backdropsOf(item, scene),
    youtube_trailer: item.trailer ?? '',
    episode_run_time: String(item.durationMinutes ?? 0),
    episode_count: item.episodeCount ?? null,
    tmdb: item.references?.tmdb ?? '',
    ...categoriesOf(item, scene),
  };
}

/** The answer to `get_vod_info`. */
export function movieInfo(item: CatalogueItem, scene: RowScene): object {
  const minutes = item.durationMinutes ?? 0;
  const image = imageAddress(item.poster, scene.imageBaseUrl);
  return {
    info: {
      name: item.name,
      o_name: item.originalName ?? item.name,
      cover_big: image,
      movie_image: image,
      releasedate: item.releaseDate ?? '',
      release_date: item.releaseDate ?? '',
      youtube_trailer: item.trailer ?? '',
      ...plotOf(item),
      actors: item.actors?.join(', ') ?? '',
      description: item.description ?? '',
      age: item.ageRating ?? '',
      mpaa_rating: item.certificate ?? '',
      country: item.country ?? '',
      backdrop_path: backdropsOf(item, scene),
      tmdb_id: item.references?.tmdb ?? '',
      episode_run_time: String(minutes),
      duration_secs: minutes * 60,
      duration: clockTime(minutes),
      ...ratingsOf(item),
      video: [],
      audio: [],
      bitrate: 0,
    },
    movie_data: {
      stream_id: streamNumber(item),
      name: item.name,
      title: item.name,
      added: seconds(item.addedAt),
      ...categoriesOf(item, scene),
      container_extension: item.container ?? DEFAULT_CONTAINER,
      custom_sid: null,
      direct_source: '',
    },
  };
}

/** An episode in `get_series_info`. */
export function episodeRow(episode: Episode, number: number, scene: RowScene): object {
  const minutes = episode.durationMinutes ?? 0;
  return {
    id: String(number),
    episode_num: episode.number,
    title: episode.name ?? `Episode ${episode.number}`,
    container_extension: episode.container ?? DEFAULT_CONTAINER,
    info: {
      movie_image: imageAddress(episode.poster, scene.imageBaseUrl),
      plot: episode.description ?? '',
      releasedate: episode.releaseDate ?? '',
      duration_secs: minutes * 60,
      duration: clockTime(minutes),
    },
    custom_sid: '',
    added: seconds(episode.addedAt),
    season: episode.season,
    direct_source: '',
  };
}

function plotOf({ description, actors, directors, genres }: CatalogueItem): Record<string, string> {
  return {
    plot: description ?? '',
    cast: actors?.join(', ') ?? '',
    director: directors?.join(', ') ?? '',
    genre: genres?.join(', ') ?? '',
  };
}

function ratingsOf({ ratings }: CatalogueItem): Record<string, unknown> {
  const rating = ratings?.overall ?? ratings?.imdb ?? ratings?.kinopoisk ?? 0;
  return { rating: String(rating), rating_5based: Math.round(rating * 5) / 10 };
}

function categoriesOf({ categoryIds }: CatalogueItem, { categories }: RowScene): Record<string, unknown> {
  const numbers = categories.of(categoryIds);
  return { category_id: String(numbers[0]), category_ids: numbers };
}

function backdropsOf({ backdrops = [] }: CatalogueItem, { imageBaseUrl }: RowScene): string[] {
  return backdrops.map((path) => imageAddress(path, imageBaseUrl)).filter((address) => address !== '');
}

/** Unix seconds as text, as panels write them; "" for a time that is not known. */
function seconds(iso: string | undefined): string {
  return iso === undefined ? '' : String(Math.floor(Date.parse(iso) / 1000));
}

/** `01:42:00`. */
function clockTime(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
}
