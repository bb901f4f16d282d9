/** An entry of a playlist. */
export interface PlaylistEntry {
  name: string;
  url: string;
  group: string;
  /** "" where there is none. */
  logo: string;
  guideId?: string | undefined;
  number?: number | undefined;
  /** Seconds; absent for what has no length, or none that is known. */
  seconds?: number | undefined;
  radio?: boolean | undefined;
}

export const PLAYLIST_HEADER = '#EXTM3U\r\n';

/** The two lines of an entry. Readers end an attribute at the next quotation mark and an entry at the end of the line, whatever was meant. */
export function entryLines(entry: PlaylistEntry): string {
  const attributes = [
    ['tvg-id', entry.guideId ?? ''],
    ['tvg-name', entry.name],
    ['tvg-logo', entry.logo],
    ...(entry.number === undefined ? [] : [['tvg-chno', String(entry.number)]]),
    ...(entry.radio === true ? [['radio', 'true']] : []),
    ['group-title', entry.group],
  ];
  const written = attributes.map(([key, value = '']) => `${key}="${line(value).replaceAll('"', "'")}"`);
  return `#EXTINF:${entry.seconds ?? -1} ${written.join(' ')},${line(entry.name)}\r\n${entry.url}\r\n`;
}

function line(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}
