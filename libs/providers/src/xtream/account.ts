import { ERROR_CODE, type ConnectionReport } from '@catalogue-sync/contracts';
import { readTimestamp, toBoolean, toInteger, toText } from '@catalogue-sync/catalogue';
import { badAnswer, RequestFailure } from '../http/request-failure.js';

/** Account states in which a panel lists nothing, or something else than the catalogue: freeze it, delete nothing (PROVIDERS D.4). */
const SHUT_OUT = new Set(['expired', 'banned', 'disabled']);
const YEAR_MS = 366 * 86_400_000;

export type Account = NonNullable<ConnectionReport['account']>;

/**
 * Reads an account answer: `{user_info, server_info}`.
 *
 * @throws RequestFailure when it is none, or says that the account may not log in
 */
export function readAccount(body: string): Account {
  const text = body.trim();
  if (text === '') throw badAnswer('The panel sends an empty answer.');
  if (text.startsWith('<')) throw notJson();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw /^[{[]/.test(text) ? badAnswer('The answer of the panel is cut.') : notJson();
  }
  const info = recordField(parsed, 'user_info');
  if (info === undefined) {
    throw badAnswer('This is no Xtream panel: its account answer has no user_info. Check the URL.', 'never');
  }
  return checkAccount(info);
}

/** Throws if a `user_info` in the place of a list says that the login does not count. */
export function refuseAccountAnswer(body: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return;
  }
  const info = recordField(parsed, 'user_info');
  if (info !== undefined) checkAccount(info);
}

export function notJson(): RequestFailure {
  return new RequestFailure(
    ERROR_CODE.providerRefused,
    'The panel answers with a web page or a text in the place of data: a firewall or the user agent is in the way. Set another userAgent, or check the URL.',
  );
}

function checkAccount(info: Record<string, unknown>): Account {
  const status = toText(info['status']);
  if (info['auth'] !== undefined && toBoolean(info['auth']) !== true) {
    throw new RequestFailure(
      ERROR_CODE.providerAuthFailed,
      'The panel rejects user name or password. Check both.',
    );
  }
  if (status !== undefined && SHUT_OUT.has(status.toLowerCase())) {
    throw new RequestFailure(
      ERROR_CODE.providerRefused,
      `The account is ${status.toLowerCase()}. Renew it with the provider; the catalogue stays as it is until then.`,
    );
  }
  // Expiry dates lie in the future.
  const expires = readTimestamp(info['exp_date'], Date.now() + 100 * YEAR_MS)?.iso;
  const max = toInteger(info['max_connections']);
  const active = toInteger(info['active_cons']);
  return {
    ...(status === undefined ? {} : { status }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
    ...(max === undefined ? {} : { maxConnections: max }),
    ...(active === undefined ? {} : { activeConnections: active }),
  };
}

function recordField(value: unknown, key: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as Record<string, unknown>)[key];
  return typeof field === 'object' && field !== null && !Array.isArray(field)
    ? (field as Record<string, unknown>)
    : undefined;
}
