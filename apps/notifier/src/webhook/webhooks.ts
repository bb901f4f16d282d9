import type { MikroORM } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type ReplacedSecret,
  type Webhook,
  type WebhookChange,
  type WebhookSettings,
} from '@catalogue-sync/contracts';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import type { SecretBox } from './secret-box.js';

const AT_MOST = 100;
const HOUR_MS = 3_600_000;
const COLUMNS = `id, url, events, provider_id as "providerId", enabled, disabled_reason as "disabledReason",
  created_at as "createdAt"`;

type Row = Pick<Webhook, 'id' | 'url' | 'events' | 'enabled' | 'createdAt'> & {
  providerId: Webhook['providerId'] | null;
  disabledReason: string | null;
};

/** The webhooks, as operators see and change them. Their secrets go in and never come out. */
export class Webhooks {
  constructor(
    private readonly orm: MikroORM,
    private readonly secrets: SecretBox,
    private readonly clock: DatabaseClock,
  ) {}

  async list(): Promise<Webhook[]> {
    const rows = await sql<Row>(this.orm.em.fork(), `select ${COLUMNS} from webhook order by id`);
    return rows.map(toView);
  }

  /** Throws `webhook-not-found`. */
  async get(id: string): Promise<Webhook> {
    const [row] = await sql<Row>(this.orm.em.fork(), `select ${COLUMNS} from webhook where id = $1`, [id]);
    return toView(found(row));
  }

  /** Throws `invalid-request` when there are too many. */
  create({ url, events, providerId, enabled }: WebhookSettings, secret: string): Promise<Webhook> {
    return this.orm.em.fork().transactional(async (em) => {
      // Makes the count below count.
      await sql(em, 'lock table webhook in share row exclusive mode');
      const [held] = await sql<{ count: number }>(em, 'select count(*)::int as count from webhook');
      if (Number(held?.count) >= AT_MOST)
        throw new CatalogueSyncError(
          ERROR_CODE.invalidRequest,
          `There are ${AT_MOST} webhooks, and no more fit: delete one first.`,
        );
      const id = uuidv7();
      const [row] = await sql<Row>(
        em,
        `insert into webhook (id, url, secret, events, provider_id, enabled) values ($1, $2, $3, $4, $5, $6)
         returning ${COLUMNS}`,
        [id, url, this.secrets.seal(id, [secret]), events, providerId ?? null, enabled],
      );
      return toView(found(row));
    });
  }

  /** Changes what is given; what waits goes on when it is switched on again. Throws `webhook-not-found`. */
  async update(id: string, { url, events, providerId, enabled }: WebhookChange): Promise<Webhook> {
    const [row] = await sql<Row>(
      this.orm.em.fork(),
      `update webhook set url = coalesce($2, url), events = coalesce($3::text[], events),
         provider_id = case when $4 then $5 else provider_id end, enabled = coalesce($6, enabled),
         disabled_reason = case when $6 is null then disabled_reason end
       where id = $1 returning ${COLUMNS}`,
      [id, url ?? null, events ?? null, providerId !== undefined, providerId ?? null, enabled ?? null],
    );
    return toView(found(row));
  }

  /** Signs with `secret` from now on, and for `oldValidHours` with the one before it, too. Throws `webhook-not-found`. */
  replaceSecret(id: string, secret: string, oldValidHours: number): Promise<ReplacedSecret> {
    return this.orm.em.fork().transactional(async (em) => {
      const [row] = await sql<{ secret: Buffer }>(em, 'select secret from webhook where id = $1 for update', [
        id,
      ]);
      const [old] = this.secrets.open(id, found(row).secret);
      const until =
        oldValidHours === 0 ? null : new Date((await this.clock.now(em)) + oldValidHours * HOUR_MS);
      const sealed = this.secrets.seal(id, until === null ? [secret] : [secret, old]);
      await sql(em, 'update webhook set secret = $2, old_secret_until = $3 where id = $1', [
        id,
        sealed,
        until,
      ]);
      return { secret, ...(until === null ? {} : { oldValidUntil: until.toISOString() }) };
    });
  }

  /** Whether there was one. Its deliveries go with it. */
  async delete(id: string): Promise<boolean> {
    const gone = await sql(this.orm.em.fork(), 'delete from webhook where id = $1 returning id', [id]);
    return gone.length > 0;
  }
}

function found<T>(row: T | undefined): T {
  if (row !== undefined) return row;
  throw new CatalogueSyncError(
    ERROR_CODE.webhookNotFound,
    'There is no such webhook: list the webhooks anew.',
  );
}

function toView({ providerId, disabledReason, createdAt, ...row }: Row): Webhook {
  return {
    ...row,
    createdAt: new Date(createdAt).toISOString(),
    ...(providerId == null ? {} : { providerId }),
    ...(disabledReason === null ? {} : { disabledReason }),
  };
}
