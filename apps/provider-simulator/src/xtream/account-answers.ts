import type { ItemKind } from '@catalogue-sync/contracts';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { AccountQuirks } from '../quirks/access.quirks.js';
import { asciiJson, jsonAnswer, type Answer } from '../server/answer.js';
import { sqlDateTime } from '../catalogue/dates.js';

/** 2030-03-03, long after any test. */
const EXPIRES = '1898805600';

/** The account and the server: what `player_api.php` says without an action, or with one it does not know. */
export function accountAnswer(
  catalogue: Catalogue,
  baseUrl: string,
  now: number,
  told: AccountQuirks = {},
): Answer {
  const { account, epoch } = catalogue.config;
  const url = new URL(baseUrl);
  return jsonAnswer({
    user_info: {
      username: account.username,
      password: account.password,
      message: '',
      auth: 1,
      status: told.status ?? 'Active',
      exp_date: told.expDate === undefined ? EXPIRES : told.expDate,
      is_trial: '0',
      active_cons: 0,
      created_at: String(epoch - 31_536_000),
      max_connections: told.maxConnections ?? '2',
      allowed_output_formats: ['m3u8', 'ts'],
    },
    server_info: {
      url: url.hostname,
      port: url.port === '' ? '80' : url.port,
      https_port: '443',
      server_protocol: 'http',
      rtmp_port: '8880',
      timezone: 'UTC',
      timestamp_now: Math.floor(now / 1000),
      time_now: sqlDateTime(now / 1000),
      process: true,
    },
  });
}

/** Bad credentials: the classic form, with status 200. */
export function refusedAnswer(): Answer {
  return jsonAnswer({ user_info: { auth: 0 } });
}

export function categoriesAnswer(catalogue: Catalogue, kind: ItemKind): Answer {
  const rows = catalogue
    .categories(kind)
    .map((each) => `{"category_id":"${each.id}","category_name":"${each.jsonName}","parent_id":0}`);
  return asciiJson(`[${rows.join(',')}]`);
}
