import {
  readDate,
  readMinutes,
  readTimestamp,
  toIdText,
  toInteger,
  toPlainText,
  toText,
} from '@catalogue-sync/catalogue';
import { inWatchingOrder, MAX_EPISODES } from '../playback/episode-order.js';
import type { PlayableEpisode } from '../port.js';
import { imagePath } from '../rows/image-path.js';
import { recordOf } from './panel-object.js';

/**
 * The episodes of a `get_series_info` answer in all its shapes (PROVIDERS B.6): by season, or as an array of arrays, where the season is told by the
 * episode itself, else by its place. Rows without an id are left out.
 */
export function readSeriesInfo(answer: Record<string, unknown>, now: number): PlayableEpisode[] {
  const { episodes } = answer;
  const found = new Map<string, PlayableEpisode>();
  const seasons = Array.isArray(episodes) ? episodes.entries() : Object.entries(recordOf(episodes));
  for (const [key, rows] of seasons) {
    const listed: unknown[] = Array.isArray(rows) ? rows : Object.values(recordOf(rows));
    for (const [index, row] of listed.entries()) {
      const episode = readEpisode(recordOf(row), toInteger(key) ?? 1, index + 1, now);
      if (episode !== undefined && found.size < MAX_EPISODES) found.set(episode.id, episode);
    }
  }
  return inWatchingOrder([...found.values()]);
}

function readEpisode(
  row: Record<string, unknown>,
  listedSeason: number,
  place: number,
  now: number,
): PlayableEpisode | undefined {
  const id = toIdText(row['id']);
  if (id === undefined) return undefined;
  const info = recordOf(row['info']);
  const seconds = toInteger(info['duration_secs']);
  const container = toText(row['container_extension'])?.replace(/^\./, '').toLowerCase();
  const fields = {
    name: toPlainText(row['title']),
    description: toPlainText(info['plot']),
    poster: imagePath(info['movie_image'] ?? info['cover_big']),
    releaseDate: readDate(info['release_date'] ?? info['releasedate'] ?? info['air_date']),
    durationMinutes:
      seconds !== undefined && seconds > 0
        ? Math.max(1, Math.round(seconds / 60))
        : readMinutes(info['duration']),
    addedAt: readTimestamp(row['added'], now)?.iso,
    container,
  };
  return {
    id,
    season: seasonNumber(row['season']) ?? seasonNumber(listedSeason) ?? 1,
    number: toInteger(row['episode_num']) ?? place,
    ...(Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    ) as Partial<PlayableEpisode>),
    play: { id, ...(container === undefined ? {} : { container }) },
  };
}

function seasonNumber(value: unknown): number | undefined {
  const season = toInteger(value);
  return season !== undefined && season >= 0 ? season : undefined;
}
