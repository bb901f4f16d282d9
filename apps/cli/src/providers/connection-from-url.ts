import type { CreateProviderBody } from '@catalogue-sync/api-client';
import { CliError } from '../exit-code.js';

export type Connection = CreateProviderBody['connection'];

/** What is given beside the URL. */
export interface ConnectionParts {
  protocol?: string;
  mac?: string;
  username?: string;
  password?: string;
}

/**
 * Takes the one URL that a provider hands out apart: `get.php` and `player_api.php` with user name and password are an Xtream panel, a MAC
 * address or a portal's path (`/c/`, `portal.php`, `stalker_portal`) a Stalker portal, all else a playlist. Throws CliError.
 */
export function connectionFromUrl(text: string, parts: ConnectionParts): Connection {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new CliError(
      'bad-url',
      `"${text.split('?')[0]}" is no URL: give the one that your provider gave you, with http:// or https://.`,
    );
  const url = new URL(text);
  const username = parts.username ?? url.searchParams.get('username') ?? undefined;
  const password = parts.password ?? url.searchParams.get('password') ?? undefined;
  switch (parts.protocol ?? guess(url, parts, username)) {
    case 'stalker':
      if (parts.mac === undefined)
        throw new CliError(
          'mac-missing',
          'A Stalker portal knows its clients by their MAC address: give it with --mac.',
        );
      return {
        protocol: 'stalker',
        url: text,
        mac: parts.mac,
        ...given('login', parts.username),
        ...given('password', parts.password),
      };
    case 'xtream':
      if (username === undefined || password === undefined)
        throw new CliError(
          'login-missing',
          'An Xtream panel asks for a login: give --username, and the password by --password-file (- reads standard input).',
        );
      return { protocol: 'xtream', url: baseOf(url), username, password };
    case 'm3u':
      return { protocol: 'm3u', url: text };
    default:
      throw new CliError('bad-protocol', `"${parts.protocol}" is no protocol: give stalker, xtream or m3u.`);
  }
}

function guess(url: URL, parts: ConnectionParts, username: string | undefined): string {
  if (parts.mac !== undefined || /\/c\/?$|portal\.php$|stalker_portal/.test(url.pathname)) return 'stalker';
  if (/\/(get|player_api|xmltv)\.php$/.test(url.pathname) || parts.username !== undefined) return 'xtream';
  return username !== undefined && url.pathname === '/' ? 'xtream' : 'm3u';
}

/** The panel's own address: without the script and its query. */
function baseOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/(?:(get|player_api|xmltv)\.php)?$/, '')}`;
}

function given<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
