export const LINE_ENDS = { crlf: '\r\n', lf: '\n', cr: '\r' } as const;
export const CHARSETS = ['utf8', 'utf16le', 'utf16be', 'latin1'] as const;
export const ATTRIBUTE_QUOTES = ['single', 'none'] as const;
export const PLAYLIST_STAND_INS = ['html', 'hls-master', 'hls-media', 'empty', 'error-text'] as const;
export const VALIDATORS = ['none', 'etag', 'last-modified', 'frozen-weak-etag', 'changing-etag'] as const;

/** How the playlist is written and validated; the panel's `get.php` too, as far as it is about the text. */
export interface PlaylistQuirks {
  bom?: boolean;
  /** Default: `crlf`. */
  lineEnd?: keyof typeof LINE_ENDS;
  /** Default: `utf8`. The two-byte ones want `bom` to be readable. */
  charset?: (typeof CHARSETS)[number];
  /** No `#EXTM3U` line. */
  noHeader?: boolean;
  /** Default: double. */
  quotes?: (typeof ATTRIBUTE_QUOTES)[number];
  /** A comma and a `#` inside the quotes of every group title. */
  commaInQuotes?: boolean;
  /** The file ends after an `#EXTINF`, as one that was cut does. */
  lastWithoutUrl?: boolean;
  /** Every URL ends in a token that is new with each download. */
  tokens?: boolean;
  /** Entries as of a panel's encrypted mode: an `xui-id`, and a URL that is nothing but a token. */
  encrypted?: boolean;
  /** The file is a gzip archive, and says nothing of it. */
  gzipFile?: boolean;
  /** Something else at the playlist's address. */
  instead?: (typeof PLAYLIST_STAND_INS)[number];
  /** Default: a strong `ETag` and `Last-Modified`, both right. */
  validators?: (typeof VALIDATORS)[number];
}
