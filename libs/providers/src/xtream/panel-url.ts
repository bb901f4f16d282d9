import { readHttpUrl } from '../base-url.js';

const PAGE = /\/(?:player_api|panel_api|get|xmltv|portal|index)\.php$/i;

/** A panel's base address from what its user pasted: without `player_api.php` and query, but with port and sub-path (PROVIDERS B.1). */
export function panelBase(text: string): URL {
  const url = readHttpUrl(text);
  url.search = '';
  url.pathname = url.pathname.replace(PAGE, '').replace(/\/(?:c\/?)?$/, '') + '/';
  return url;
}

export function playerApiUrl(base: URL, username: string, password: string, action?: string): URL {
  const url = new URL('player_api.php', base);
  // Not URLSearchParams: it writes blanks as "+", which some panels keep as plus signs.
  const query = [`username=${encodeURIComponent(username)}`, `password=${encodeURIComponent(password)}`];
  if (action !== undefined) query.push(`action=${action}`);
  url.search = query.join('&');
  return url;
}
