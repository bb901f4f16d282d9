import { placeXcCredentials } from './xc-credentials.js';
import { readExtInf, type ExtInf } from './extinf.js';
import type { M3uEntryRow } from './m3u-row.js';

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
/** Tags that only a media or master playlist of HLS has. */
const HLS_TAG = /^#EXT-X-(?:TARGETDURATION|STREAM-INF|MEDIA-SEQUENCE|I-FRAME-STREAM-INF|MEDIA:)/i;
const OPTION_TAG = /^#(?:EXTVLCOPT(?:--)?|KODIPROP|WEBPROP):\s*([^=]{1,100})=(.*)$/i;
const MAX_OPTIONS = 30;
const MAX_OPTION_LENGTH = 4_000;

type Pending = Pick<M3uEntryRow, 'group' | 'options' | 'headers' | 'playlistType'> & { info?: ExtInf };

/** What the lines of a playlist are, as far as they were read. */
export interface PlaylistState {
  /** `#EXTM3U` was met. */
  header: boolean;
  /** Tags of HLS were met before any entry. */
  hls: boolean;
  /** The last `#EXTINF` waits for its URL. */
  openEntry: boolean;
  /** With a URL. */
  entries: number;
}

/**
 * Reads a playlist line by line (PROVIDERS C.1). Tolerant: unknown tags are skipped, the header may be missing, options may stand before or
 * behind `#EXTINF`. `#EXTGRP` counts for its entry only.
 */
export class PlaylistParser {
  readonly state: PlaylistState = { header: false, hls: false, openEntry: false, entries: 0 };
  private pending: Pending = {};

  /** The entry that this line completes, if it does; with "" for a URL that never came. */
  line(raw: string): M3uEntryRow | undefined {
    const line = raw.trim();
    if (line === '') return undefined;
    return line.startsWith('#') ? this.tag(line) : this.url(line);
  }

  /** An entry without URL, when this tag shows that the one before will get none. */
  private tag(line: string): M3uEntryRow | undefined {
    const upper = line.slice(0, 24).toUpperCase();
    const { state, pending } = this;
    if (upper.startsWith('#EXTINF:')) {
      const lost = pending.info;
      pending.info = readExtInf(line.slice(8));
      state.openEntry = true;
      if (lost !== undefined) return { title: lost.title, url: '' };
    } else if (upper.startsWith('#EXTM3U')) {
      state.header = true;
    } else if (upper.startsWith('#EXTGRP:')) {
      pending.group = line.slice(8).trim();
    } else if (upper.startsWith('#EXTHTTP:')) {
      const headers = readHeaders(line.slice(9));
      if (headers !== undefined) pending.headers = headers;
    } else if (upper.startsWith('#EXT-X-PLAYLIST-TYPE:')) {
      pending.playlistType = line.slice(21).trim();
    } else if (upper.startsWith('#EXT-X-') && state.entries === 0 && HLS_TAG.test(line)) {
      state.hls = true;
    } else {
      this.option(line);
    }
    return undefined;
  }

  private option(line: string): void {
    const match = OPTION_TAG.exec(line);
    if (match?.[1] === undefined || match[2] === undefined || match[2].length > MAX_OPTION_LENGTH) return;
    const options = (this.pending.options ??= {});
    if (Object.keys(options).length < MAX_OPTIONS) options[match[1].trim()] = match[2].trim();
  }

  private url(line: string): M3uEntryRow | undefined {
    const { info, ...rest } = this.pending;
    // A line that is neither tag nor URL, and that no EXTINF announced, is stray text.
    if (info === undefined && !SCHEME.test(line) && !/^[^\s<>]+\.[A-Za-z0-9]{2,4}(?:[?|]|$)/.test(line)) {
      return undefined;
    }
    this.pending = {};
    this.state.openEntry = false;
    this.state.entries++;
    const bar = line.indexOf('|');
    const url = placeXcCredentials((bar < 0 ? line : line.slice(0, bar)).trim());
    const headers = { ...rest.headers, ...(bar < 0 ? {} : readHeaderQuery(line.slice(bar + 1))) };
    const entry: M3uEntryRow = { title: info?.title ?? '', url, ...rest };
    if (Object.keys(headers).length > 0) entry.headers = headers;
    if (info?.duration !== undefined) entry.duration = info.duration;
    if (info !== undefined && Object.keys(info.attributes).length > 0) entry.attributes = info.attributes;
    return entry;
  }
}

/** `User-Agent=…&Referer=…` behind a URL's bar, as Kodi writes it. */
function readHeaderQuery(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split('&').slice(0, MAX_OPTIONS)) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const value = pair.slice(equals + 1);
    headers[pair.slice(0, equals).trim()] = decoded(value).slice(0, MAX_OPTION_LENGTH);
  }
  return headers;
}

function readHeaders(json: string): Record<string, string> | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const texts = Object.entries(parsed).filter(([, value]) => typeof value === 'string');
    return Object.fromEntries(texts.slice(0, MAX_OPTIONS)) as Record<string, string>;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
