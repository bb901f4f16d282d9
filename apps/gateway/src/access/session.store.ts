import { Injectable } from '@nestjs/common';
import type { AccessScope } from '@catalogue-sync/contracts/rest';
import { OwnDatabase } from '../database/own-database.js';
import type { Caller } from './caller.js';
import { hashOf, newId, newSecret } from './secret-text.js';

/** A session ends this long after it was made … */
const LASTS = '7 days';
/** … and sooner when nothing was asked for this long. */
const IDLE = '12 hours';
const LINK_LASTS = '15 minutes';

const KEY_STILL_GOOD = `(key_id = $2 or exists (select from api_key k
  where k.id = key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())))`;

/** Browser sessions, and the one-time tokens of login links that lead to them. Both are kept as hashes. */
@Injectable()
export class SessionStore {
  constructor(private readonly database: OwnDatabase) {}

  async createLink(
    caller: Caller,
    scopes: readonly AccessScope[],
  ): Promise<{ token: string; expiresAt: Date }> {
    const token = newSecret();
    const [link] = await this.database.query<{ expiresAt: string }>(
      `with swept as (delete from login_token where expires_at < now() - interval '1 day')
       insert into login_token (token_hash, key_id, name, scopes, expires_at)
       values ($1, $2, $3, $4, now() + interval '${LINK_LASTS}')
       returning extract(epoch from expires_at)::text as "expiresAt"`,
      [hashOf(token), caller.keyId, caller.name, scopes],
    );
    return { token, expiresAt: new Date(Number(link?.expiresAt) * 1000) };
  }

  /** Undefined when the token is unknown, used or too old, or its key is no longer good. */
  async redeemLink(token: string, adminKeyId: string): Promise<Omit<Caller, 'id' | 'kind'> | undefined> {
    const [link] = await this.database.query<{ keyId: string; name: string; scopes: AccessScope[] }>(
      `update login_token set used_at = now()
        where token_hash = $1 and used_at is null and expires_at > now() and ${KEY_STILL_GOOD}
       returning key_id as "keyId", name, scopes`,
      [hashOf(token), adminKeyId],
    );
    return link;
  }

  async create(owner: Omit<Caller, 'id' | 'kind'>): Promise<{ token: string; session: Caller }> {
    const [id, token] = [newId(), newSecret()];
    const [row] = await this.database.query<{ expiresAt: string }>(
      `with swept as (delete from session where expires_at < now() or seen_at < now() - interval '${IDLE}')
       insert into session (token_hash, id, key_id, name, scopes, expires_at)
       values ($1, $2, $3, $4, $5, now() + interval '${LASTS}')
       returning extract(epoch from expires_at)::text as "expiresAt"`,
      [hashOf(token), id, owner.keyId, owner.name, owner.scopes],
    );
    return { token, session: sessionOf({ ...owner, id, expiresAt: row?.expiresAt ?? '' }) };
  }

  /** Undefined when the session has ended, or its key is no longer good. Notes its use, once a minute at most. */
  async find(token: string, adminKeyId: string): Promise<Caller | undefined> {
    const hash = hashOf(token);
    const [row] = await this.database.query<SessionRow & { stale: boolean }>(
      `select id, key_id as "keyId", name, scopes, extract(epoch from expires_at)::text as "expiresAt",
              seen_at < now() - interval '1 minute' as stale
         from session
        where token_hash = $1 and expires_at > now() and seen_at > now() - interval '${IDLE}' and ${KEY_STILL_GOOD}`,
      [hash, adminKeyId],
    );
    if (row === undefined) return undefined;
    if (row.stale)
      await this.database.query('update session set seen_at = now() where token_hash = $1', [hash]);
    return sessionOf(row);
  }

  async end(id: string): Promise<void> {
    await this.database.query('delete from session where id = $1', [id]);
  }
}

interface SessionRow {
  id: string;
  keyId: string;
  name: string;
  scopes: readonly AccessScope[];
  /** Seconds since 1970. */
  expiresAt: string;
}

function sessionOf({ id, keyId, name, scopes, expiresAt }: SessionRow): Caller {
  const end = new Date(Number(expiresAt) * 1000).toISOString();
  return { kind: 'session', id, keyId, name, scopes, expiresAt: end };
}
