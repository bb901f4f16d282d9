/** How the API's words are shown to people. */
export const PROTOCOL_NAME: Record<string, string> = {
  stalker: 'Stalker portal',
  xtream: 'Xtream panel',
  m3u: 'M3U playlist',
};

export const KIND_NAMES: Record<string, string> = { channel: 'Channels', movie: 'Movies', series: 'Series' };
export const KIND_NAME: Record<string, string> = { channel: 'channel', movie: 'movie', series: 'series' };

export const SCOPE_NAME: Record<string, string> = {
  live: 'Channels',
  vod: 'Movies and series',
  movie: 'Movies',
  series: 'Series',
  playlist: 'Playlist',
};

export const PHASE_NAME: Record<string, string> = {
  queued: 'Waiting to start',
  fetching: 'Fetching and comparing',
  reconciling: 'Comparing the rest',
  publishing: 'Publishing the snapshot',
};

export const MODE_NAME: Record<string, string> = {
  auto: 'automatic',
  full: 'full',
  head: 'newest first',
  list: 'whole list',
};

export const OUTCOME_NAME: Record<string, string> = {
  complete: 'complete',
  incomplete: 'incomplete',
  drifted: 'changed while it was read',
  'not-modified': 'nothing new',
  failed: 'failed',
  cancelled: 'cancelled',
};

export const CAUSE_NAME: Record<string, string> = {
  share: 'Too many at once',
  week: 'Too many within seven days',
  'empty-answer': 'The provider answered with nothing',
  'suspected-renumbering': 'The provider seems to have given its items new ids',
};

/** A word from outside that has no name here is shown as it is. */
export function nameIn(names: Record<string, string>, word: string): string {
  return names[word] ?? word;
}

/** The name in an event's body; empty where it has none. */
export function nameInBody(data: Record<string, unknown>): string {
  return typeof data.name === 'string' ? data.name : '';
}

/** `catalogue.item-added.v1` to `item added`. */
export function eventName(type: string): string {
  return (type.split('.')[1] ?? type).replaceAll('-', ' ');
}
