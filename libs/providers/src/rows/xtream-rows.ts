import type { ItemId, ItemKind, RowType, Scope } from '@catalogue-sync/contracts';
import {
  categoryId,
  itemId,
  normaliseCategory,
  normaliseItem,
  readDate,
  readMinutes,
  readTimestamp,
  readYear,
  readYearRange,
  toBoolean,
  toIdText,
  toInteger,
  toNumber,
  toPlainText,
  toText,
  toTextList,
  type ItemDraft,
} from '@catalogue-sync/catalogue';
import { imagePath, imagePaths } from './image-path.js';
import { rejected, type MappedRow, type Row, type RowContext } from './mapped-row.js';
import { unknownFields } from './unknown-fields.js';

/** Positions, links with credentials, derived figures and stream dumps (PROVIDERS D.2): never kept. */
const VOLATILE = [
  'num',
  'direct_source',
  'custom_sid',
  'rating_5based',
  'message',
  'active_cons',
  'timestamp_now',
  'time_now',
  'video',
  'audio',
  'bitrate',
  'thumbnail',
];

const COMMON = ['name', 'category_id', 'category_ids', 'is_adult', 'added', 'stream_type', ...VOLATILE];
const DETAILS = [
  'title',
  'year',
  'plot',
  'description',
  'cast',
  'actors',
  'director',
  'genre',
  'release_date',
  'releaseDate',
  'releasedate',
  'country',
  'youtube_trailer',
  'trailer',
  'episode_run_time',
  'duration',
  'duration_secs',
  'rating',
  'rating_imdb',
  'age',
  'mpaa_rating',
  'tmdb',
  'tmdb_id',
  'imdb_id',
  'kinopoisk_id',
  'backdrop_path',
  'o_name',
];

const CHANNEL_FIELDS = new Set([
  ...COMMON,
  'stream_id',
  'stream_icon',
  'epg_channel_id',
  'tv_archive',
  'tv_archive_duration',
]);
const MOVIE_FIELDS = new Set([...COMMON, ...DETAILS, 'stream_id', 'stream_icon', 'container_extension']);
const SERIES_FIELDS = new Set([
  ...COMMON,
  ...DETAILS,
  'series_id',
  'cover',
  'last_modified',
  'episode_count',
  'season_count',
]);

const ID_FIELD = {
  'xtream-channel': 'stream_id',
  'xtream-movie': 'stream_id',
  'xtream-series': 'series_id',
} as const;

const KIND_OF_ROW = {
  'xtream-channel': 'channel',
  'xtream-movie': 'movie',
  'xtream-series': 'series',
} as const satisfies Partial<Record<RowType, ItemKind>>;

const KIND_OF_SCOPE: Partial<Record<Scope, ItemKind>> = {
  live: 'channel',
  movie: 'movie',
  series: 'series',
};

/** A category of `get_*_categories` (PROVIDERS B.3). */
export function mapXtreamCategory(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row['category_id']);
  if (externalId === undefined) return rejected('The category has no readable category_id.');
  const parent = toIdText(row['parent_id']);
  return {
    type: 'category',
    category: normaliseCategory({
      scope: context.scope,
      externalId,
      name: toPlainText(row['category_name']),
      kind: KIND_OF_SCOPE[context.scope],
      parentId: parent === undefined || parent === '0' ? undefined : categoryId(context.scope, parent),
      adult: toBoolean(row['is_adult']),
    }),
  };
}

/** The item that `mapRow` makes of a row, without making it; undefined where it makes none. */
export function xtreamItemId(rowType: keyof typeof ID_FIELD, row: unknown): ItemId | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  const externalId = toIdText((row as Row)[ID_FIELD[rowType]]);
  return externalId === undefined ? undefined : itemId(KIND_OF_ROW[rowType], externalId);
}

/** A row of `get_live_streams`. */
export function mapXtreamChannel(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row[ID_FIELD['xtream-channel']]);
  if (externalId === undefined) return rejected('The channel has no readable stream_id.');
  const draft = itemDraft('channel', externalId, row, context);
  draft.poster = imagePath(row['stream_icon']);
  draft.number = toNumber(row['num']);
  draft.epgChannelId = toText(row['epg_channel_id']);
  if (toBoolean(row['tv_archive']) === true) draft.archiveDays = toNumber(row['tv_archive_duration']);
  draft.radio = row['stream_type'] === 'radio_streams' ? true : undefined;
  draft.extra = unknownFields(row, CHANNEL_FIELDS);
  return { type: 'item', item: normaliseItem(draft) };
}

/** A row of `get_vod_streams`. */
export function mapXtreamMovie(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row[ID_FIELD['xtream-movie']]);
  if (externalId === undefined) return rejected('The movie has no readable stream_id.');
  const draft = itemDraft('movie', externalId, row, context);
  draft.poster = imagePath(row['stream_icon']);
  draft.container = toText(row['container_extension'])?.replace(/^\./, '').toLowerCase();
  addDetails(draft, row);
  draft.extra = unknownFields(row, MOVIE_FIELDS);
  return { type: 'item', item: normaliseItem(draft) };
}

/** A row of `get_series`. */
export function mapXtreamSeries(row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row[ID_FIELD['xtream-series']]);
  if (externalId === undefined) return rejected('The series has no readable series_id.');
  const draft = itemDraft('series', externalId, row, context);
  draft.poster = imagePath(row['cover']);
  draft.modifiedAt = readTimestamp(row['last_modified'], context.now)?.iso;
  draft.seasonCount = toInteger(row['season_count']);
  draft.episodeCount = toInteger(row['episode_count']);
  addDetails(draft, row);
  draft.extra = unknownFields(row, SERIES_FIELDS);
  return { type: 'item', item: normaliseItem(draft) };
}

function itemDraft(kind: ItemKind, externalId: string, row: Row, context: RowContext): ItemDraft {
  return {
    kind,
    externalId,
    name: toPlainText(row['name']) ?? toPlainText(row['title']),
    categoryIds: categoryIdsOf(row, context.scope),
    adult: toBoolean(row['is_adult']),
    addedAt: readTimestamp(row['added'], context.now)?.iso,
  };
}

function addDetails(draft: ItemDraft, row: Row): void {
  const released = row['release_date'] ?? row['releaseDate'] ?? row['releasedate'];
  const years = readYearRange(row['year']);
  draft.originalName = toPlainText(row['o_name']);
  draft.description = toPlainText(row['plot']) ?? toPlainText(row['description']);
  draft.genres = toTextList(row['genre']);
  draft.directors = toTextList(row['director']);
  draft.actors = toTextList(row['cast'] ?? row['actors']);
  draft.year = years.year ?? readYear(released);
  draft.endYear = years.endYear;
  draft.releaseDate = readDate(released);
  draft.country = toPlainText(row['country']);
  draft.durationMinutes = readMinutes(row['episode_run_time']) ?? durationOf(row);
  draft.ageRating = toText(row['age']);
  draft.certificate = toText(row['mpaa_rating']);
  draft.ratings = { overall: toNumber(row['rating']), imdb: toNumber(row['rating_imdb']) };
  draft.references = {
    tmdb: toIdText(row['tmdb']) ?? toIdText(row['tmdb_id']),
    imdb: toIdText(row['imdb_id']),
    kinopoisk: toIdText(row['kinopoisk_id']),
  };
  draft.backdrops = imagePaths(row['backdrop_path']);
  draft.trailer = toText(row['youtube_trailer']) ?? toText(row['trailer']);
}

function durationOf(row: Row): number | undefined {
  const seconds = toNumber(row['duration_secs']);
  if (seconds !== undefined && seconds > 0) return Math.max(1, Math.round(seconds / 60));
  return readMinutes(row['duration']);
}

/** The union of `category_id` and `category_ids`; "0" and the like mean none. */
function categoryIdsOf(row: Row, scope: Scope): string[] {
  const ids: string[] = [];
  const add = (value: unknown) => {
    const id = toIdText(value);
    if (id !== undefined && id !== '0') ids.push(categoryId(scope, id));
  };
  add(row['category_id']);
  const several = row['category_ids'];
  if (Array.isArray(several)) for (const value of several) add(value);
  else if (several !== undefined && several !== null) for (const value of toTextList(several)) add(value);
  return ids;
}
