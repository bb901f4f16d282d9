import type { MikroORM } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type NoticeBody,
  type WebhookDelivery,
} from '@catalogue-sync/contracts';
import { sql, type DatabaseClock } from '@catalogue-sync/persistence';
import type { Webhooks } from '../webhook/webhooks.js';
import type { Deliver } from './deliver.js';
import {
  ADDRESS,
  findDelivery,
  listDeliveries,
  makeDueAgain,
  type ClaimedDelivery,
} from './delivery.store.js';

/** The log of what went to a webhook, and what an operator does with it. */
export class Deliveries {
  constructor(
    private readonly orm: MikroORM,
    private readonly webhooks: Webhooks,
    private readonly deliver: Deliver,
    private readonly clock: DatabaseClock,
  ) {}

  /** Throws `webhook-not-found`. */
  async list(
    webhookId: string,
    limit: number,
    before?: string,
  ): Promise<{ deliveries: WebhookDelivery[]; nextCursor?: string }> {
    await this.webhooks.get(webhookId);
    const rows = await listDeliveries(this.orm.em.fork(), webhookId, limit + 1, before);
    const deliveries = rows.slice(0, limit);
    const last = deliveries.at(-1);
    return { deliveries, ...(rows.length > limit && last ? { nextCursor: last.id } : {}) };
  }

  /** Sends a message again under the id it had. Throws `webhook-not-found`, `delivery-not-found`, and `invalid-request` when it is switched off. */
  async redeliver(webhookId: string, deliveryId: string): Promise<WebhookDelivery> {
    const { enabled } = await this.webhooks.get(webhookId);
    if (!enabled)
      throw new CatalogueSyncError(
        ERROR_CODE.invalidRequest,
        'The webhook is switched off: switch it on first.',
      );
    const em = this.orm.em.fork();
    const delivery = await makeDueAgain(em, webhookId, deliveryId, await this.clock.now(em));
    if (delivery !== undefined) return delivery;
    throw new CatalogueSyncError(
      ERROR_CODE.deliveryNotFound,
      'This webhook has no such delivery: they are kept for 30 days.',
    );
  }

  /** Sends a test message, switched off or not, and waits for the end of its only attempt. Throws `webhook-not-found`. */
  async test(webhookId: string): Promise<WebhookDelivery> {
    await this.webhooks.get(webhookId);
    const em = this.orm.em.fork();
    const now = await this.clock.now(em);
    const id = uuidv7();
    const body: NoticeBody = {
      type: 'webhook.test',
      timestamp: new Date(now).toISOString(),
      data: { webhookId },
    };
    // Failed until it is known to be otherwise: nobody else takes it up.
    const [made] = await sql<Pick<ClaimedDelivery, 'url' | 'secret' | 'oldSecretUntil'>>(
      em,
      `with made as (
         insert into delivery (id, webhook_id, message_key, type, body, state, attempts, try_at, created_at, last_attempt_at, last_error)
         values ($1, $2, 'test:' || $1::uuid, $3, $4, 'failed', 1, $5::timestamptz, $5::timestamptz, $5::timestamptz, 'The test was broken off.'))
       select ${ADDRESS} from webhook where id = $2`,
      [id, webhookId, body.type, JSON.stringify(body), body.timestamp],
    );
    if (made)
      await this.deliver.attempt({ id, webhookId, body: JSON.stringify(body), attempts: 1, ...made }, true);
    const delivery = await findDelivery(this.orm.em.fork(), id);
    if (delivery === undefined) throw new Error('the delivery went with its webhook');
    return delivery;
  }
}
