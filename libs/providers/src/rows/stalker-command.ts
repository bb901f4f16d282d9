const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;
/** Keys of a query or of a decoded command whose values are a session's. */
const SECRET_KEY = /token|auth|sig|expires|expiry|password|session|nonce|hash/i;
/** A path segment that only a server can read: a sealed stream address, made anew with every session. */
const SEALED = /^(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_~=%+-]{24,}$/;
/** `udp://wtf?`: not subscribed, or the channel is down. */
const NO_STREAM = /^(?:ffmpeg|ffrt\d?|auto|rtp)?\s*udp:\/\/wtf\?/;

/**
 * A portal's `cmd` in a form that stays the same from sync to sync and carries no session: a panel's base64 command is written anew
 * with sorted fields, token values in a URL become `{token}`. Undefined when there is none, or when it is nothing but a session's
 * sealed address: a player then asks the portal anew.
 */
export function stableStalkerCommand(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const command = value.trim();
  if (command === '' || NO_STREAM.test(command)) return undefined;
  if (command.startsWith('eyJ') && BASE64.test(command)) return canonicalCommand(command);
  const scheme = command.indexOf('://');
  if (scheme < 0) return command;
  const query = command.indexOf('?', scheme);
  const path = query < 0 ? command : command.slice(0, query);
  if (path.split('/').some((segment) => SEALED.test(segment))) return undefined;
  return query < 0 ? command : `${path}?${withoutTokens(command.slice(query + 1))}`;
}

function withoutTokens(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const key = equals < 0 ? pair : pair.slice(0, equals);
      const known = pair.slice(equals + 1).startsWith('{');
      return equals >= 0 && !known && SECRET_KEY.test(key) ? `${key}={token}` : pair;
    })
    .join('&');
}

function canonicalCommand(command: string): string | undefined {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(command, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) return undefined;
  const fields = Object.entries(decoded)
    .filter(
      ([key, value]) => !SECRET_KEY.test(key) && (typeof value === 'string' || typeof value === 'number'),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (fields.length === 0) return undefined;
  return Buffer.from(JSON.stringify(Object.fromEntries(fields))).toString('base64');
}
