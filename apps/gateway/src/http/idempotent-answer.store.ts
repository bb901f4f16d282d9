import { Injectable } from '@nestjs/common';
import { OwnDatabase } from '../database/own-database.js';

/** What a request is told apart by. Hashes of what the caller gave: a body holds credentials, and its key is nobody's to read. */
export interface RequestMark {
  /** Of caller and key. */
  id: Buffer;
  /** Of key, route and body. */
  digest: Buffer;
}

export interface KeptAnswer {
  status: number;
  location?: string;
  body: unknown;
}

export type Begun =
  /** It is ours to do; `token` ends it. */
  | { kind: 'begun'; token: string }
  | { kind: 'answered'; answer: KeptAnswer }
  | { kind: 'running' }
  | { kind: 'another-request' };

const KEPT = '24 hours';
/** Longer than any answer takes: a request that runs for so long died with its gateway. */
const DEAD_AFTER = '3 minutes';
/** Answers past their time that one new request clears away, so that the table does not grow. */
const SWEPT = 20;

/** Answers of POST requests that carried an `Idempotency-Key`, for 24 hours. */
@Injectable()
export class IdempotentAnswerStore {
  constructor(private readonly database: OwnDatabase) {}

  /** Of many that ask at once, over all replicas, one begins. */
  async begin({ id, digest }: RequestMark): Promise<Begun> {
    const [mine] = await this.database.query<{ token: string }>(
      `with swept as (delete from idempotent_answer where id in
         (select id from idempotent_answer where begun_at < now() - interval '${KEPT}' and id <> $1 limit ${SWEPT}))
       insert into idempotent_answer as kept (id, digest) values ($1, $2)
       on conflict (id) do update
         set digest = excluded.digest, token = excluded.token, begun_at = now(), status = null, location = null, body = null
         where kept.begun_at < now() - interval '${KEPT}'
            or (kept.status is null and kept.digest = excluded.digest and kept.begun_at < now() - interval '${DEAD_AFTER}')
       returning token::text`,
      [id, digest],
    );
    if (mine !== undefined) return { kind: 'begun', token: mine.token };
    const [kept] = await this.database.query<{
      same: boolean;
      status: number | null;
      location: string | null;
      body: string | null;
    }>('select digest = $2 as same, status, location, body from idempotent_answer where id = $1', [
      id,
      digest,
    ]);
    // It failed in this very moment, and left the key free: the caller comes again.
    if (kept === undefined) return { kind: 'running' };
    if (!kept.same) return { kind: 'another-request' };
    if (kept.status === null) return { kind: 'running' };
    const { status, location, body } = kept;
    return {
      kind: 'answered',
      answer: {
        status,
        ...(location === null ? {} : { location }),
        body: body === null ? undefined : (JSON.parse(body) as unknown),
      },
    };
  }

  /** Nothing happens when another has taken the request over. */
  async keep(id: Buffer, token: string, { status, location, body }: KeptAnswer): Promise<void> {
    await this.database.query(
      `update idempotent_answer set status = $3, location = $4, body = $5 where id = $1 and token = $2::uuid`,
      [id, token, status, location ?? null, body === undefined ? null : JSON.stringify(body)],
    );
  }

  /** It failed: the same key may try again. */
  async free(id: Buffer, token: string): Promise<void> {
    await this.database.query('delete from idempotent_answer where id = $1 and token = $2::uuid', [
      id,
      token,
    ]);
  }
}
