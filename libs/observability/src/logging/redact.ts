/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** Keys whose values never reach a log, at any depth. */
const SECRET_KEY =
  /^(.*(password|passwd|secret|credential|authorization|apikey|api_key|api-key)s?|pass|pwd|token|accesstoken|refreshtoken|cookie|set-cookie|mac|username|login|privatekey|connection|serialnumber|deviceid)$/i;

/** URL up to its end in prose or JSON; user-info and query are what may carry secrets. */
const URL_WITH_SECRETS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>@]*@)?([^\s?#"'<>]*)(\?[^\s#"'<>]*)?/gi;

const MAX_DEPTH = 6;
const MAX_LIST = 100;

/** Cuts user-info and query out of every URL in `text`; the rest stays as it is. */
export function redactUrls(text: string): string {
  if (!text.includes('://')) return text;
  return text.replace(
    URL_WITH_SECRETS,
    (_all, scheme: string, userInfo: string | undefined, rest: string, query: string | undefined) =>
      `${scheme}${userInfo ? `${REDACTED}@` : ''}${rest}${query ? `?${REDACTED}` : ''}`,
  );
}

/** A copy of any value for the log: secret keys and URL secrets replaced, depth and lists bounded. Never throws. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactUrls(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map((entry) => redact(entry, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    copy[key] = SECRET_KEY.test(key) && entry != null ? REDACTED : redact(entry, depth + 1);
  }
  return copy;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: redactUrls(error.message),
    ...(code === undefined ? {} : { code: redact(code, MAX_DEPTH) }),
    stack: redactUrls(error.stack ?? ''),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
