import type { ProviderConnection } from '@catalogue-sync/contracts';

const PLACEHOLDER = '***';
/** Shorter values would hit ordinary words. */
const MIN_SECRET_LENGTH = 4;
/** Fields that say nothing about who may log in. */
const OPEN_FIELDS: ReadonlySet<string> = new Set(['protocol', 'url', 'language', 'timezone', 'userAgent']);

/** Scheme, host and port of the provider: all that may be shown of where it is. */
export function originOf(connection: ProviderConnection): string {
  return new URL(connection.url).origin;
}

/** Whether both lead to the same place with the same account. Absent fields and the order of fields do not matter. */
export function sameConnection(a: ProviderConnection, b: ProviderConnection): boolean {
  return canonical(a) === canonical(b);
}

function canonical(connection: ProviderConnection): string {
  const fields = Object.entries(connection).filter(([, value]) => value !== undefined);
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * `text` with everything of the connection that could be secret replaced. Clients promise to name no secret in what they say; this stands
 * behind them where words of theirs are stored or published.
 */
export function withoutSecrets(text: string, connection: ProviderConnection): string {
  return secretForms(connection).reduce((shown, secret) => shown.replaceAll(secret, PLACEHOLDER), text);
}

/** Every form in which a secret of the connection may stand in a text, longest first. */
function secretForms(connection: ProviderConnection): string[] {
  const url = new URL(connection.url);
  const values = [
    ...Object.entries(connection).flatMap(([name, value]) => (OPEN_FIELDS.has(name) ? [] : [String(value)])),
    url.username,
    url.password,
    ...url.searchParams.values(),
    ...(connection.protocol === 'm3u' ? url.pathname.split('/') : []),
  ];
  const forms = values.flatMap((value) => [value, encodeURIComponent(value), decoded(value)]);
  return [...new Set(forms)]
    .filter((form) => form.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** The discovered endpoint, where it may stand in plain text: no user info, no query, nothing of the connection's secrets. */
export function storableEndpoint(
  endpoint: string | undefined,
  connection: ProviderConnection,
): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  const open = url.username === '' && url.password === '' && url.search === '';
  return open && withoutSecrets(endpoint, connection) === endpoint ? endpoint : undefined;
}
