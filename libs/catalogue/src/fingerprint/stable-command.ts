/** Fields of a panel's base64 JSON command that say what is played (PROVIDERS A.9). */
const COMMAND_FIELDS = ['type', 'stream_id', 'series_id', 'season_num', 'target_container'] as const;
/** `ffmpeg http://…`, `ffrt3 …`, `auto …`: how a set-top box plays it, not what it plays. */
const SOLUTION_PREFIX = /^(?:ffmpeg|ffrt\d?|auto|rtp|rtsp|mp3|mpegps|mpegts)\s+/;
const WEB_URL = /^https?:\/\/[^/?#|]*/i;
/** Query keys that carry a login or a grant (PROVIDERS C.4). */
const SECRET_KEY =
  /token|auth|sig|expires|expiry|username|password|^user$|^pass$|session|nonce|hash|^st$|^e$/i;
const TOKEN = /^(?=[^/]*\d)(?=[^/]*[a-z])[A-Za-z0-9_~=%.-]{20,}$/i;

/**
 * What of a play command says which stream it plays: tokens, hosts, logins and the player's prefix are left off, because they change
 * from one answer to the next. "" when nothing but a token is left.
 */
export function stableCommand(command: string): string {
  if (command.startsWith('eyJ')) return encodedCommand(command);
  const target = command.replace(SOLUTION_PREFIX, '');
  const host = WEB_URL.exec(target);
  if (host === null) return TOKEN.test(target) ? '' : target;
  return stablePath(target.slice(host[0].length));
}

function encodedCommand(command: string): string {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(command, 'base64').toString('utf8'));
    if (typeof decoded !== 'object' || decoded === null) return '';
    const fields = decoded as Record<string, unknown>;
    return COMMAND_FIELDS.map((name) => scalar(fields[name])).join(' ');
  } catch {
    return '';
  }
}

function stablePath(pathAndQuery: string): string {
  const [beforeHeaders = ''] = pathAndQuery.split('|', 1);
  const [beforeFragment = ''] = beforeHeaders.split('#', 1);
  const query = beforeFragment.indexOf('?');
  const path = query < 0 ? beforeFragment : beforeFragment.slice(0, query);
  const stable = path.length < 20 ? path : path.split('/').map(withoutToken).join('/');
  if (query < 0) return stable;
  const kept = beforeFragment
    .slice(query + 1)
    .split('&')
    .filter((pair) => {
      const [key = '', value = ''] = pair.split('=', 2);
      return pair !== '' && !SECRET_KEY.test(key) && !TOKEN.test(value);
    })
    .sort();
  return kept.length === 0 ? stable : `${stable}?${kept.join('&')}`;
}

function withoutToken(segment: string): string {
  return TOKEN.test(segment) ? '*' : segment;
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
