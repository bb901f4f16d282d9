/** One entry of a playlist as it travels in a page: what the file says, secrets replaced, nothing interpreted. */
export interface M3uEntryRow {
  /** Text after the comma; "" when there is none. */
  title: string;
  /** As in the file, without `|headers`. */
  url: string;
  /** Seconds as written; absent when there is no `#EXTINF`. */
  duration?: number;
  /** Of the `#EXTINF` line, keys in lower case. */
  attributes?: Record<string, string>;
  /** Of `#EXTGRP`; `group-title` stands among the attributes and wins. */
  group?: string;
  /** Behind the URL's `|`, and of `#EXTHTTP`. */
  headers?: Record<string, string>;
  /** `#EXTVLCOPT`, `#KODIPROP` and the like, by key. */
  options?: Record<string, string>;
  /** `#EXT-X-PLAYLIST-TYPE`. */
  playlistType?: string;
  /** Tells this entry from an earlier one of the same file that has the same key but is another stream. */
  variant?: string;
}

/** One group of a playlist. */
export interface M3uGroupRow {
  /** Normalised title: the group's id. */
  id: string;
  /** As first written. */
  title: string;
  position: number;
}
