import { Injectable } from '@nestjs/common';
import type { AccessScope } from '@catalogue-sync/contracts/rest';
import { OwnDatabase } from '../database/own-database.js';
import { RecentAnswers } from '../database/recent-answers.js';
import type { Caller } from './caller.js';
import { hashOf, isKeyId, keyText, newId, newSecret, sameBytes } from './secret-text.js';

export interface ApiKey {
  id: string;
  name: string;
  scopes: AccessScope[];
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

const REMEMBERED_MS = 1_000;

const isoTime = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `id, name, scopes, ${isoTime('created_at')} as "createdAt", created_by as "createdBy",
  ${isoTime('expires_at')} as "expiresAt", ${isoTime('last_used_at')} as "lastUsedAt", ${isoTime('revoked_at')} as "revokedAt"`;

/** A key that was found good. */
interface GoodKey {
  caller: Caller;
  /** On the process's clock, ms. */
  endsAt: number;
}

/** API keys. Of a secret only its hash is kept. That a key is good is remembered for a second. */
@Injectable()
export class ApiKeyStore {
  private readonly good = new RecentAnswers<GoodKey>(REMEMBERED_MS);

  constructor(private readonly database: OwnDatabase) {}

  /** The only time that the whole key is seen. */
  async create(order: {
    name: string;
    scopes: readonly AccessScope[];
    expiresAt?: string | undefined;
    createdBy: string;
  }): Promise<{ apiKey: ApiKey; key: string }> {
    const [id, secret] = [newId(), newSecret()];
    const [apiKey] = await this.database.query<ApiKey>(
      `insert into api_key (id, name, scopes, secret_hash, expires_at, created_by)
       values ($1, $2, $3, $4, $5, $6) returning ${COLUMNS}`,
      [id, order.name, order.scopes, hashOf(secret), order.expiresAt ?? null, order.createdBy],
    );
    if (apiKey === undefined) throw new Error('an inserted key was not given back');
    return { apiKey, key: keyText(id, secret) };
  }

  /** Newest first, from below `before` on. */
  list(limit: number, before?: { createdAt: string; id: string }): Promise<ApiKey[]> {
    return this.database.query<ApiKey>(
      `select ${COLUMNS} from api_key
        where $2::text is null
           or (date_trunc('milliseconds', created_at), id) < ($2::text::timestamptz, $3::text)
        order by date_trunc('milliseconds', created_at) desc, id desc limit $1`,
      [limit, before?.createdAt ?? null, before?.id ?? null],
    );
  }

  /**
   * Ends the key and the sessions that go back to it; again changes nothing. Undefined when there is no such key. It takes a second: when it
   * resolves, no replica lets the key in any more.
   */
  async revoke(id: string): Promise<ApiKey | undefined> {
    const [apiKey] = await this.database.query<ApiKey>(
      `with ended as (delete from session where key_id = $1), unlinked as (delete from login_token where key_id = $1)
       update api_key set revoked_at = coalesce(revoked_at, now()) where id = $1 returning ${COLUMNS}`,
      [id],
    );
    if (apiKey !== undefined) await this.good.outlive();
    return apiKey;
  }

  /** Undefined unless the secret is that of a key that is neither revoked nor past its time. Notes its use, once a minute at most. */
  async verify(id: string, secret: string): Promise<Caller | undefined> {
    if (!isKeyId(id)) return undefined;
    // A map tells nothing of how much of its keys a wrong secret has right.
    const key = await this.good.get(`${id} ${secret}`, () => this.find(id, secret));
    return key === undefined || key.endsAt <= performance.now() ? undefined : key.caller;
  }

  /** Whether there is any key that can still be used. */
  async any(): Promise<boolean> {
    const [{ found } = { found: false }] = await this.database.query<{ found: boolean }>(
      `select exists (select from api_key
         where revoked_at is null and (expires_at is null or expires_at > now())) as found`,
    );
    return found;
  }

  private async find(id: string, secret: string): Promise<GoodKey | undefined> {
    const askedAt = performance.now();
    const [found] = await this.database.query<{
      name: string;
      scopes: AccessScope[];
      hash: Buffer;
      stale: boolean;
      msLeft: number | null;
    }>(
      `select name, scopes, secret_hash as hash,
              (last_used_at is null or last_used_at < now() - interval '1 minute') as stale,
              (extract(epoch from expires_at - now()) * 1000)::float8 as "msLeft"
         from api_key where id = $1 and revoked_at is null and (expires_at is null or expires_at > now())`,
      [id],
    );
    if (found === undefined || !sameBytes(hashOf(secret), found.hash)) return undefined;
    if (found.stale)
      await this.database.query(
        `update api_key set last_used_at = now()
          where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
        [id],
      );
    return {
      caller: { kind: 'key', id, keyId: id, name: found.name, scopes: found.scopes },
      endsAt: askedAt + (found.msLeft ?? Infinity),
    };
  }
}
