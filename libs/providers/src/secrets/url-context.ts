const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const COLON = 0x3a;
const EQUALS = 0x3d;
const AT = 0x40;
const BACKSLASH = 0x5c;

/** How far back the start of a URL is looked for, bytes. */
const LOOK_BACK = 2_000;
/** What ends a path segment or a query value, beside blanks. A backslash is an escaped slash, an escaped quote or `\u0026`. */
const ENDS = new Set(Buffer.from('/?#&|;"\'\\<>,)'));
/** `scheme://`, `//host` or `/path`, also escaped or percent-encoded. */
const URL_START = /^(?:[A-Za-z][A-Za-z0-9+.-]*(?::|%3A)(?:\\?\/|%2F){2}|(?:\\?\/)+)/i;
const TYPED_PATH = /(?:\\?\/|%2F)(?:live|movie|series|timeshift)(?:\\?\/|%2F)$/i;
const QUERY_KEY = /(?:^|[?&;]|\\u0026|%26|%3F)([A-Za-z0-9_.-]{1,40})(?:=|%3D)$/i;

/** Where in a URL a run of bytes stands, when it fills its place. */
export type HitPlace =
  | {
      as: 'segment';
      inUrl: boolean;
      /** Behind `/live/`, `/movie/`, `/series/` or `/timeshift/`: where a panel's user name stands. */
      typed: boolean;
    }
  | { as: 'query'; key: string; inUrl: boolean }
  | { as: 'user' }
  | { as: 'password' };

/** The place that the bytes from `start` to `end` fill; undefined when they are only a part of something. */
export function placeOfHit(bytes: Buffer, start: number, end: number): HitPlace | undefined {
  if (!endsPlace(bytes, end)) return userInfo(bytes, start, end);
  const before = bytes[start - 1];
  if (before === EQUALS || isEncoded(bytes, start, '%3D')) {
    const lead = urlLead(bytes, start);
    return { as: 'query', key: QUERY_KEY.exec(lead)?.[1] ?? '', inUrl: URL_START.test(lead) };
  }
  if (before === SLASH || isEncoded(bytes, start, '%2F')) {
    const lead = urlLead(bytes, start);
    return { as: 'segment', inUrl: URL_START.test(lead), typed: TYPED_PATH.test(lead) };
  }
  // The first segment of a relative path.
  if (before === undefined || before === QUOTE || before <= 0x20) {
    return { as: 'segment', inUrl: false, typed: false };
  }
  return undefined;
}

function endsPlace(bytes: Buffer, end: number): boolean {
  const after = bytes[end];
  if (after === undefined || after <= 0x20 || ENDS.has(after)) return true;
  return after === 0x25 && /^%(?:2F|26|3F|23)$/i.test(bytes.toString('latin1', end, end + 3));
}

/** `//user:password@host`. */
function userInfo(bytes: Buffer, start: number, end: number): HitPlace | undefined {
  const before = bytes[start - 1];
  const after = bytes[end];
  if (before === SLASH && (after === COLON || after === AT)) {
    const other = bytes[start - 2];
    if (other !== SLASH && other !== BACKSLASH) return undefined;
    return after === AT || /^:[^/\s"]{0,200}@/.test(bytes.toString('latin1', end, end + 202))
      ? { as: 'user' }
      : undefined;
  }
  return before === COLON && after === AT && URL_START.test(urlLead(bytes, start))
    ? { as: 'password' }
    : undefined;
}

/** The text from where the URL starts to the hit; a URL begins after a quote, a blank or an angle bracket. */
function urlLead(bytes: Buffer, start: number): string {
  const limit = Math.max(0, start - LOOK_BACK);
  let from = start;
  while (from > limit) {
    const byte = bytes[from - 1] as number;
    if (byte <= 0x20 || byte === QUOTE || byte === APOSTROPHE || byte === 0x3c || byte === 0x3e) break;
    from--;
  }
  return bytes.toString('latin1', from, start);
}

function isEncoded(bytes: Buffer, end: number, code: string): boolean {
  return end >= 3 && bytes[end - 3] === 0x25 && bytes.toString('latin1', end - 3, end).toUpperCase() === code;
}
