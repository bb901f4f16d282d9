import type { AskedItem } from '@catalogue-sync/contracts';
import { readTimestamp, toIdText, toInteger, toPlainText, toText } from '@catalogue-sync/catalogue';
import { inWatchingOrder, MAX_EPISODES } from '../playback/episode-order.js';
import type { PlayableEpisode } from '../port.js';
import { fetchChildren, type ChildRow, type ChildrenOf } from './child-rows.js';
import type { StalkerPortal } from './portal.js';

/** Each costs a request. */
const MAX_SEASONS = 100;

/** The episodes of a series, whichever of the four shapes the portal has (PROVIDERS A.10). */
export async function fetchEpisodes(
  portal: StalkerPortal,
  series: AskedItem,
  signal: AbortSignal,
): Promise<PlayableEpisode[]> {
  for (const type of typesOf(series)) {
    const rows = await fetchChildren(portal, { type, title: series.externalId }, signal);
    if (rows.length === 0) continue;
    const episodes = rows.some(isSeasonOfPortal)
      ? await episodesOfSeasons(portal, { type, title: series.externalId }, rows, signal)
      : rows.flatMap((row, index) => episodesOfRow(row, rows.length - index));
    if (episodes.length > 0) return inWatchingOrder(episodes.slice(0, MAX_EPISODES));
  }
  return embeddedEpisodes(series);
}

/** `type` of the calls that know a title: its category tells the list that it came from. */
export function typesOf({ kind, categoryIds }: AskedItem): ('vod' | 'series')[] {
  if (kind !== 'series') return ['vod'];
  return categoryIds[0]?.startsWith('series:') === true ? ['series', 'vod'] : ['vod', 'series'];
}

/** Seasons that have lists of episodes below them. */
function isSeasonOfPortal(row: ChildRow): boolean {
  return row['is_season'] === true || (row['season_number'] !== undefined && row['video_id'] !== undefined);
}

async function episodesOfSeasons(
  portal: StalkerPortal,
  of: ChildrenOf,
  seasons: readonly ChildRow[],
  signal: AbortSignal,
): Promise<PlayableEpisode[]> {
  const episodes: PlayableEpisode[] = [];
  for (const [index, row] of seasons.filter(isSeasonOfPortal).slice(0, MAX_SEASONS).entries()) {
    const season = toIdText(row['id']);
    if (season === undefined) continue;
    const number = toInteger(row['season_number']) ?? index + 1;
    const rows = await fetchChildren(portal, { ...of, season }, signal);
    for (const [place, each] of rows.entries()) {
      const id = toIdText(each['id']);
      if (id === undefined) continue;
      const name = toPlainText(each['series_name']) ?? toPlainText(each['name']);
      const addedAt = readTimestamp(each['date_add'], Date.now())?.iso;
      episodes.push({
        id,
        season: number,
        number: toInteger(each['series_number']) ?? place + 1,
        ...(name === undefined ? {} : { name }),
        ...(addedAt === undefined ? {} : { addedAt }),
        play: { type: of.type, season, episode: id },
      });
    }
  }
  return episodes;
}

/** A panel's season row: its episodes are numbers only, and play by the season's command (PROVIDERS A.10, S3). */
function episodesOfRow(row: ChildRow, place: number): PlayableEpisode[] {
  const command = toText(row['cmd']);
  const { series } = row;
  if (command === undefined || !Array.isArray(series)) return [];
  const season = seasonOfRow(row, command) ?? place;
  return series.flatMap((listed) => {
    const ordinal = toInteger(listed);
    return ordinal === undefined ? [] : [ordinalEpisode(season, ordinal, command)];
  });
}

/** Told by the command, else by the id (`123:2`), else by the name. */
function seasonOfRow(row: ChildRow, command: string): number | undefined {
  const sealed = /"season_num"\s*:\s*"?(\d+)/.exec(Buffer.from(command, 'base64').toString('latin1'));
  const inPath = /\/\d+:(\d+)\./.exec(command);
  const inId = /:(\d+)$/.exec(toIdText(row['id']) ?? '');
  const name = toPlainText(row['name']) ?? '';
  const told = sealed?.[1] ?? inPath?.[1] ?? inId?.[1] ?? /\d+/.exec(name)?.[0];
  if (told !== undefined) return Number(told);
  return /special/i.test(name) ? 0 : undefined;
}

/** Old portals name the numbers of the episodes in the title itself; there is one season then. */
function embeddedEpisodes({ episodeCount = 0, playCommand }: AskedItem): PlayableEpisode[] {
  if (playCommand === undefined) return [];
  const count = Math.min(episodeCount, MAX_EPISODES);
  return Array.from({ length: count }, (_unused, index) => ordinalEpisode(1, index + 1, playCommand));
}

function ordinalEpisode(season: number, ordinal: number, command: string): PlayableEpisode {
  return {
    id: `${season}:${ordinal}`,
    season,
    number: ordinal,
    play: { command, series: String(ordinal) },
  };
}
