import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';

/**
 * A provider's URL as its owner wrote it, `http://` added when no scheme stands there.
 *
 * @throws CatalogueSyncError `invalid-request` when it is no HTTP URL; the message does not repeat it, because it may hold credentials
 */
export function readHttpUrl(text: string): URL {
  const trimmed = text.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new CatalogueSyncError(
      ERROR_CODE.invalidRequest,
      'The provider URL must be an http:// or https:// address.',
      {
        field: 'connection.url',
      },
    );
  }
  url.hash = '';
  return url;
}

/** The same address without user name and password. */
export function withoutUserInfo(url: URL): URL {
  const open = new URL(url);
  open.username = '';
  open.password = '';
  return open;
}
