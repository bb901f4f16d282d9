import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobId, ProviderId } from '@catalogue-sync/contracts';
import { sql } from '../orm/sql.js';

/** A message that is to be published once its transaction has committed. */
export interface OutboxMessage {
  /** Becomes the NATS message id: derived from what it tells, never random. A second `add` of an id does nothing. */
  messageId: string;
  subject: string;
  type: string;
  providerId: ProviderId;
  jobId?: JobId;
  /** Anything that JSON can carry. */
  body: unknown;
}

export interface OutboxEntry {
  id: string;
  messageId: string;
  subject: string;
  type: string;
  providerId: ProviderId;
  jobId?: JobId;
  /** ISO 8601: when it was added. */
  time: string;
  /** JSON text. */
  body: string;
}

interface OutboxRow {
  id: string;
  message_id: string;
  subject: string;
  type: string;
  provider_id: ProviderId;
  job_id: JobId | null;
  time: string;
  body: string;
}

const PRUNE_EVERY_MS = 60_000;
const PRUNE_ROWS = 10_000;

/** Facts wait here (table of `outboxTableSql`), written in the transaction that makes them true. */
export class OutboxStore {
  private nextPruneAt = 0;

  constructor(private readonly orm: MikroORM) {}

  /** Call inside the transaction that makes the fact true. */
  async add(em: SqlEntityManager, message: OutboxMessage): Promise<void> {
    if (!em.isInTransaction()) throw new Error('An outbox message needs the transaction that makes it true');
    await sql(
      em,
      `insert into outbox (message_id, subject, type, provider_id, job_id, body) values ($1, $2, $3, $4, $5, $6)
       on conflict (message_id) do nothing`,
      [
        message.messageId,
        message.subject,
        message.type,
        message.providerId,
        message.jobId ?? null,
        JSON.stringify(message.body),
      ],
    );
  }

  /** The oldest unpublished messages, in the order they were added. */
  async pending(limit: number): Promise<OutboxEntry[]> {
    const rows = await sql<OutboxRow>(
      this.orm.em.fork(),
      `select id, message_id, subject, type, provider_id, job_id, body,
              to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time
       from outbox where published_at is null order by id limit $1`,
      [limit],
    );
    return rows.map((row) => ({
      id: row.id,
      messageId: row.message_id,
      subject: row.subject,
      type: row.type,
      providerId: row.provider_id,
      ...(row.job_id === null ? {} : { jobId: row.job_id }),
      time: row.time,
      body: row.body,
    }));
  }

  /** Marks messages as published; once a minute also deletes what was published more than a day ago. */
  async markPublished(ids: readonly string[]): Promise<void> {
    const em = this.orm.em.fork();
    await sql(em, 'update outbox set published_at = clock_timestamp() where id = any($1::bigint[])', [ids]);
    if (Date.now() < this.nextPruneAt) return;
    this.nextPruneAt = Date.now() + PRUNE_EVERY_MS;
    await sql(
      em,
      `delete from outbox where id in (
         select id from outbox where published_at < clock_timestamp() - interval '1 day' limit $1 for update skip locked)`,
      [PRUNE_ROWS],
    );
  }
}
