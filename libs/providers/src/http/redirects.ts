import { ERROR_CODE } from '@catalogue-sync/contracts';
import { RequestFailure } from './request-failure.js';

export const MAX_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number, location: unknown): location is string {
  return REDIRECTS.has(status) && typeof location === 'string' && location !== '';
}

/** A request's headers, by lower-case name. */
export type RequestHeaders = Record<string, string>;

/**
 * Where a redirect leads (PROVIDERS A.1, B.10). On the same host, whatever its scheme and port, `cookie` and `authorization` go along, and
 * so does the query when the new address has none. Another host gets only what the redirecting server itself put into the address.
 *
 * @throws RequestFailure when the address is unusable
 */
export function followRedirect(
  from: URL,
  headers: RequestHeaders,
  location: string,
): { url: URL; headers: RequestHeaders } {
  if (!URL.canParse(location, from.href)) {
    throw new RequestFailure(
      ERROR_CODE.providerBadAnswer,
      'The provider redirects to an unreadable address.',
    );
  }
  const url = new URL(location, from);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestFailure(
      ERROR_CODE.providerBadAnswer,
      'The provider redirects to something that is not HTTP.',
    );
  }
  url.hash = '';
  if (url.hostname === from.hostname) {
    if (url.search === '') url.search = from.search;
    return { url, headers };
  }
  const { cookie: _cookie, authorization: _authorization, referer: _referer, ...open } = headers;
  return { url, headers: open };
}
