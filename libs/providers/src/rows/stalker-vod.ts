import type { ItemKind } from '@catalogue-sync/contracts';
import {
  categoryId,
  normaliseItem,
  readDate,
  readMinutes,
  readTimestamp,
  readYear,
  readYearRange,
  toBoolean,
  toIdText,
  toNumber,
  toPlainText,
  toText,
  toTextList,
} from '@catalogue-sync/catalogue';
import { imagePath } from './image-path.js';
import { rejected, type MappedRow, type Row, type RowContext } from './mapped-row.js';
import { stableStalkerCommand } from './stalker-command.js';
import { isSeriesFlag, STALKER_VOLATILE } from './stalker-fields.js';
import { unknownFields } from './unknown-fields.js';

const HANDLED = new Set([
  ...STALKER_VOLATILE,
  'id',
  'name',
  'o_name',
  'description',
  'category_id',
  'genres_str',
  'director',
  'actors',
  'year',
  'year_end',
  'time',
  'country',
  'age',
  'rating_mpaa',
  'rating_kinopoisk',
  'rating_imdb',
  'rating_im',
  'kinopoisk_id',
  'autocomplete_provider',
  'tmdb_id',
  'imdb_id',
  'added',
  'censored',
  'high_quality',
  'low_quality',
  'hd',
  'is_series',
  'is_movie',
  'series',
  'screenshot_uri',
  'cmd',
]);

/** A row of `type=vod&action=get_ordered_list`: a movie, or a series where the portal mixes them (PROVIDERS A.8 to A.10). */
export function mapStalkerVod(row: Row, context: RowContext): MappedRow {
  return mapTitle(isSeries(row) ? 'series' : 'movie', row, context);
}

/** A row of `type=series&action=get_ordered_list`: always a series. */
export function mapStalkerSeries(row: Row, context: RowContext): MappedRow {
  return mapTitle('series', row, context);
}

function mapTitle(kind: ItemKind, row: Row, context: RowContext): MappedRow {
  const externalId = toIdText(row['id']);
  if (externalId === undefined) return rejected('The title has no readable id.');
  const category = toIdText(row['category_id']);
  const name = toPlainText(row['name']);
  const originalName = toPlainText(row['o_name']);
  const years = readYearRange(row['year']);
  // Panels write 1 where they know no running time.
  const minutes = readMinutes(row['time']);
  const kinopoiskId = toIdText(row['kinopoisk_id']);
  const isTmdb = row['autocomplete_provider'] === 'tmdb';
  return {
    type: 'item',
    item: normaliseItem({
      kind,
      externalId,
      name: name ?? originalName,
      originalName: originalName === name ? undefined : originalName,
      categoryIds: category === undefined || category === '0' ? [] : [categoryId(context.scope, category)],
      description: toPlainText(row['description']),
      genres: toTextList(row['genres_str']),
      directors: toTextList(row['director']),
      actors: toTextList(row['actors']),
      year: years.year,
      endYear: years.endYear ?? readYear(row['year_end']),
      releaseDate: readDate(row['year']),
      country: toPlainText(row['country']),
      durationMinutes: minutes === 1 ? undefined : minutes,
      ageRating: toText(row['age']),
      certificate: toText(row['rating_mpaa']),
      ratings: {
        imdb: toNumber(row['rating_imdb']) ?? toNumber(row['rating_im']),
        kinopoisk: toNumber(row['rating_kinopoisk']),
      },
      references: {
        tmdb: toIdText(row['tmdb_id']) ?? (isTmdb ? kinopoiskId : undefined),
        imdb: toIdText(row['imdb_id']),
        kinopoisk: isTmdb ? undefined : kinopoiskId,
      },
      poster: imagePath(row['screenshot_uri']),
      adult: toBoolean(row['censored']),
      highDefinition: toBoolean(row['hd']) ?? toBoolean(row['high_quality']),
      addedAt: readTimestamp(row['added'], context.now)?.iso,
      episodeCount: kind === 'series' ? embeddedEpisodes(row) : undefined,
      playCommand: stableStalkerCommand(row['cmd']),
      extra: unknownFields(row, HANDLED),
    }),
  };
}

/** The flag decides; portals too old to have it embed the episode numbers instead. */
function isSeries(row: Row): boolean {
  if (row['is_series'] === undefined || row['is_series'] === null) return embeddedEpisodes(row) !== undefined;
  return isSeriesFlag(row['is_series']);
}

function embeddedEpisodes(row: Row): number | undefined {
  const series = row['series'];
  return Array.isArray(series) && series.length > 0 ? series.length : undefined;
}
