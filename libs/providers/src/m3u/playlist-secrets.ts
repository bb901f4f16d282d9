import { PLACEHOLDER } from '../secrets/placeholders.js';
import type { Secret } from '../secrets/secret-replacer.js';

const USER_KEY = /^(?:username|user|u|login)$/i;
const PASSWORD_KEY = /^(?:password|pass|p|pwd)$/i;
const TOKEN_KEY = /token|auth|key|sig|session|hash/i;
/** `/get/user/password/…`, `/playlist/user/password/m3u_plus`, `/live/user/password/…`: panels that put the login into the path. */
const PATH_LOGIN = /\/(?:get|playlist|live|movie|series|m3u|xmltv)(?:\.php)?\/([^/]+)\/([^/]+)(?:\/|$)/i;

/** The secrets that a playlist's own URL holds. */
export function secretsOfPlaylist(url: URL): Secret[] {
  const secrets: Secret[] = [];
  const add = (placeholder: Secret['placeholder'], value: string) => {
    if (value !== '') secrets.push({ placeholder, value });
  };
  for (const pair of url.search.slice(1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const key = pair.slice(0, equals);
    const value = decoded(pair.slice(equals + 1));
    if (USER_KEY.test(key)) add(PLACEHOLDER.username, value);
    else if (PASSWORD_KEY.test(key)) add(PLACEHOLDER.password, value);
    else if (/^mac$/i.test(key)) add(PLACEHOLDER.mac, value);
    else if (TOKEN_KEY.test(key)) add(PLACEHOLDER.token, value);
  }
  const path = PATH_LOGIN.exec(url.pathname);
  if (path?.[1] !== undefined && path[2] !== undefined && secrets.length === 0) {
    add(PLACEHOLDER.username, decoded(path[1]));
    add(PLACEHOLDER.password, decoded(path[2]));
  }
  if (url.username !== '') {
    add(PLACEHOLDER.username, decoded(url.username));
    add(PLACEHOLDER.password, decoded(url.password));
  }
  return secrets;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
