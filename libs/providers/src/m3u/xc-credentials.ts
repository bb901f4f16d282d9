import { PLACEHOLDER } from '../secrets/placeholders.js';
import { SECRET_QUERY_KEY } from './entry-url.js';

/** `/live/user/password/5.ts` and its kin: only panels write so. */
const TYPED =
  /^([a-z][a-z0-9+.-]*:\/\/[^/?#]+(?:\/[^/?#]+)*?)?\/(live|movie|series|timeshift)\/([^/?#]+)\/([^/?#]+)(\/[^?#]*)/i;
/** `/user/password/5`, with or without extension: also a folder of somebody's may look so. */
const BARE =
  /^([a-z][a-z0-9+.-]*:\/\/[^/?#]+)\/([^/?#]{5,})\/([^/?#]{5,})(\/\d{1,18}(?:\.(?:ts|m3u8))?)(?=$|[?#])/i;
const HAS_DIGIT = /\d/;
const KNOWN = /^\{[a-z]+\}$/;
const USER_KEY = /^(?:username|user|login)$/i;
const PASSWORD_KEY = /^(?:password|pass|pwd)$/i;

/**
 * A stream's URL with placeholders for what is a login or a grant by its form, whoever's it is: the two segments of a panel's URL, and
 * the values of query keys like `token`. The bare form counts as a panel's only if both segments look made up (five characters and more,
 * with a digit); those of the playlist's own login were replaced before.
 */
export function placeXcCredentials(url: string): string {
  let placed = url;
  const typed = TYPED.exec(url);
  if (typed !== null) {
    const [whole, origin = '', type = '', , , rest = ''] = typed;
    placed = `${origin}/${type}/${PLACEHOLDER.username}/${PLACEHOLDER.password}${rest}${url.slice(whole.length)}`;
  } else {
    const bare = BARE.exec(url);
    const [whole = '', origin = '', user = '', password = '', rest = ''] = bare ?? [];
    if (bare !== null && HAS_DIGIT.test(user) && HAS_DIGIT.test(password)) {
      placed = `${origin}/${PLACEHOLDER.username}/${PLACEHOLDER.password}${rest}${url.slice(whole.length)}`;
    }
  }
  const query = placed.indexOf('?');
  return query < 0 ? placed : placed.slice(0, query + 1) + placeQuery(placed.slice(query + 1));
}

function placeQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const key = pair.slice(0, equals);
      const value = pair.slice(equals + 1);
      if (equals < 1 || value === '' || KNOWN.test(value) || !SECRET_QUERY_KEY.test(key)) return pair;
      if (USER_KEY.test(key)) return `${key}=${PLACEHOLDER.username}`;
      return `${key}=${PASSWORD_KEY.test(key) ? PLACEHOLDER.password : PLACEHOLDER.token}`;
    })
    .join('&');
}
