/** What could be read from what a person pasted. */
export type TakenApart =
  | { protocol: 'xtream'; url: string; username: string; password: string }
  | { protocol: 'stalker'; url: string; mac?: string }
  | { protocol: 'm3u'; url: string };

const XTREAM_FILE = /\/(player_api|get|xmltv|panel_api)\.php$/i;
const PORTAL_PATH = /\/(c|stalker_portal(\/c)?|server\/load\.php|portal\.php|load\.php)\/?$/i;
const PLAYLIST_FILE = /\.m3u8?$/i;
const MAC = /\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/i;

/**
 * Reads one line as people pass it on: the link of a portal, of a panel's `player_api.php` or `get.php`, of a playlist; a MAC address may stand
 * beside it. Undefined when no address is in it. A `get.php` link with a login is a panel, whose lists tell more than its playlist.
 */
export function takeApartUrl(pasted: string): TakenApart | undefined {
  const mac = MAC.exec(pasted)?.[0].replaceAll('-', ':').toUpperCase();
  const url = urlIn(mac === undefined ? pasted : withoutLooseMac(pasted));
  if (url === undefined) return undefined;
  const [username, password] = [url.searchParams.get('username'), url.searchParams.get('password')];
  if (XTREAM_FILE.test(url.pathname) && username !== null && password !== null)
    return { protocol: 'xtream', url: baseOf(url), username, password };
  if (mac !== undefined || PORTAL_PATH.test(url.pathname)) {
    url.searchParams.delete('mac');
    return { protocol: 'stalker', url: url.href, ...(mac === undefined ? {} : { mac }) };
  }
  if (PLAYLIST_FILE.test(url.pathname) || url.searchParams.has('type') || XTREAM_FILE.test(url.pathname))
    return { protocol: 'm3u', url: url.href };
  return url.pathname === '/' ? { protocol: 'stalker', url: url.href } : { protocol: 'm3u', url: url.href };
}

/** The first thing that looks like an address; `http://` may be missing. */
function urlIn(text: string): URL | undefined {
  for (const word of text.trim().split(/\s+/)) {
    const address = /^https?:\/\//i.test(word) ? word : `http://${word}`;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url !== undefined && /^(localhost|\[.*\]|.*\..*)$/.test(url.hostname)) return url;
  }
  return undefined;
}

function withoutLooseMac(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => word.replace(MAC, '') !== '' && !/^mac\b[:=]?$/i.test(word))
    .join(' ');
}

/** A panel below a path keeps it. */
function baseOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(XTREAM_FILE, '')}`;
}
