/** A stream of an Xtream-shaped URL (PROVIDERS B.8). */
export interface XcTarget {
  type: 'live' | 'movie' | 'series';
  id: string;
}

const XC_PATH = /\/(?:(live|movie|series)\/)?\{username\}\/\{password\}\/(\d{1,18})(?:\.[A-Za-z0-9]{1,5})?$/;
const AFTER_HOST = /^([A-Za-z][A-Za-z0-9+.-]*:)?\/\/[^/?#|]*/;
/** Query keys whose values are a login or a grant (PROVIDERS C.4). */
export const SECRET_QUERY_KEY =
  /token|auth|sig|expires|expiry|username|password|^user$|^pass$|session|nonce|hash|^st$|^e$|^exp$/i;

/** The parts of a URL as it stands in a playlist, without any decoding. */
export interface UrlParts {
  /** Scheme, colon, slashes and authority; "" for a path. */
  origin: string;
  path: string;
  /** Without the question mark. */
  query: string;
}

export function splitUrl(url: string): UrlParts {
  const fragment = url.indexOf('#');
  const whole = fragment < 0 ? url : url.slice(0, fragment);
  const question = whole.indexOf('?');
  const beforeQuery = question < 0 ? whole : whole.slice(0, question);
  const origin = AFTER_HOST.exec(beforeQuery)?.[0] ?? '';
  return {
    origin,
    path: beforeQuery.slice(origin.length),
    query: question < 0 ? '' : whole.slice(question + 1),
  };
}

/** What an Xtream-shaped URL plays; a panel may live below a path. Expects placeholders where the credentials stood. */
export function xcTarget(parts: UrlParts): XcTarget | undefined {
  const match = XC_PATH.exec(parts.path);
  if (match?.[2] === undefined) return undefined;
  return { type: (match[1] ?? 'live') as XcTarget['type'], id: match[2] };
}

/**
 * What of a URL identifies the stream: without scheme, user-info, default port, fragment, and query values that are a login or a grant.
 * Placeholders stay: they are the same for every login. Empty when nothing is left.
 */
export function canonicalUrl(parts: UrlParts): string {
  const host = parts.origin
    .replace(/^[^/]*\/\//, '')
    .replace(/^.*@/, '')
    .replace(/:(?:80|443)$/, '')
    .toLowerCase();
  const query = parts.query
    .split('&')
    .filter((pair) => pair !== '' && !SECRET_QUERY_KEY.test(pair.split('=', 1)[0] ?? ''))
    .sort()
    .join('&');
  return query === '' ? host + parts.path : `${host}${parts.path}?${query}`;
}
