import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import type { NoticeBody, NoticeType } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { typeFor, type Notice } from './notice.js';

/** Puts a notice on its way to every webhook that wants it, in em's transaction. What was put there before stays as it is. */
export async function putNotice(em: SqlEntityManager, notice: Notice, now: number): Promise<void> {
  const webhooks = await sql<{ id: string; events: NoticeType[] }>(
    em,
    `select id, events from webhook
     where enabled and (provider_id is null or provider_id = $1) and events && $2::text[]`,
    [notice.providerId, notice.types],
  );
  for (const { id, events } of webhooks) {
    const type = typeFor(notice, events);
    if (type === undefined) continue;
    const body = { type, timestamp: notice.at, data: notice.data } as NoticeBody;
    await sql(
      em,
      `insert into delivery (id, webhook_id, message_key, type, provider_id, body, try_at, created_at)
       values ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), to_timestamp($7::float8 / 1000))
       on conflict (webhook_id, message_key) do nothing`,
      [uuidv7(), id, notice.key, type, notice.providerId, JSON.stringify(body), now],
    );
  }
}
