import { xcTarget, type UrlParts } from './entry-url.js';

export type M3uType = 'live' | 'movie' | 'episode';

const LIVE_PATH = /\/live\//i;
const EPISODE_PATH = /\/series\//i;
const MOVIE_PATH = /\/(?:movie|movies|vod)\//i;
const VOD_EXTENSION = /\.(?:mkv|mp4|avi|mov|m4v|mpe?g|wmv|divx|flv|webm)$/i;
const LIVE_EXTENSION = /\.(?:ts|m3u8?)$/i;
const LIVE_TYPES = new Set(['live', 'channel', 'channels', 'tv', 'radio']);
const MOVIE_TYPES = new Set(['movie', 'movies', 'film', 'vod']);
const SERIES_TYPES = new Set(['series', 'serie', 'tvshow', 'tvshows', 'episode', 'show']);

/** `S01E02`, `S01 E02`, `1x02`, `Season 1 Episode 2` and some neighbours of it, with what stands before: the series' title. */
const EPISODE_MARKS = [
  /[\s._\-[(]*\bS\d{1,2}\s*[._-]?\s*E\d{1,4}\b/i,
  /[\s._\-[(]+\d{1,2}x\d{2,3}\b/i,
  /[\s._,:\-[(]*\b(?:season|saison|staffel|temporada|stagione|sezon)\s*\d{1,2}\W{0,4}(?:episode|épisode|folge|episodio|capitulo|capítulo|odcinek|ep)\.?\s*\d{1,4}/i,
];

/** The series' title in an episode's; undefined when the title names no episode. */
export function episodeOf(title: string): { series: string } | undefined {
  const text = title.length > 400 ? title.slice(0, 400) : title;
  for (const mark of EPISODE_MARKS) {
    const match = mark.exec(text);
    if (match === null) continue;
    return { series: text.slice(0, match.index).trim() };
  }
  return undefined;
}

/** Season and episode that a title names; undefined when it names none. */
export function episodeNumbersOf(title: string): { season: number; episode: number } | undefined {
  const text = title.length > 400 ? title.slice(0, 400) : title;
  for (const mark of EPISODE_MARKS) {
    const [season, episode] = mark.exec(text)?.[0].match(/\d+/g) ?? [];
    if (season !== undefined && episode !== undefined)
      return { season: Number(season), episode: Number(episode) };
  }
  return undefined;
}

/** What an entry is, by the order of PROVIDERS C.3. */
export function classifyEntry(entry: {
  title: string;
  parts: UrlParts;
  duration?: number | undefined;
  /** `tvg-type` or `media`. */
  declared?: string | undefined;
  playlistType?: string | undefined;
}): M3uType {
  const declared = entry.declared?.toLowerCase();
  if (declared !== undefined) {
    if (LIVE_TYPES.has(declared)) return 'live';
    if (SERIES_TYPES.has(declared)) return 'episode';
    if (MOVIE_TYPES.has(declared)) return movieOrEpisode(entry.title);
  }
  if (entry.playlistType?.toUpperCase() === 'VOD') return movieOrEpisode(entry.title);
  const { path } = entry.parts;
  if (LIVE_PATH.test(path)) return 'live';
  if (EPISODE_PATH.test(path)) return 'episode';
  if (MOVIE_PATH.test(path)) return movieOrEpisode(entry.title);
  if (VOD_EXTENSION.test(path)) return movieOrEpisode(entry.title);
  if (LIVE_EXTENSION.test(path) || xcTarget(entry.parts) !== undefined) return 'live';
  // A running time makes a film only where no other sign contradicts: HLS and radio write 10 or 0.
  return (entry.duration ?? 0) > 60 ? movieOrEpisode(entry.title) : 'live';
}

function movieOrEpisode(title: string): M3uType {
  return episodeOf(title) === undefined ? 'movie' : 'episode';
}
