import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { NoticeBody, ProviderId, WebhookDelivery } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import type { Attempt } from '../channel/channel.js';

/** An attempt is ours for so long; longer than any answer is waited for. */
const CLAIM_MS = 60_000;

/** A message that nobody else delivers for now. */
export interface ClaimedDelivery {
  id: string;
  webhookId: string;
  body: string;
  /** This one among them. */
  attempts: number;
  url: string;
  /** Sealed. */
  secret: Buffer;
  /** Until then the secret before the newest is good, ms since 1970; null: it is not. */
  oldSecretUntil: number | null;
}

/** What an attempt needs of its webhook. */
export const ADDRESS = `url, secret, (extract(epoch from old_secret_until) * 1000)::float8 as "oldSecretUntil"`;
const CLAIMED = `delivery.id, webhook_id as "webhookId", body, attempts, ${ADDRESS}`;

/** Takes up the message that waits longest at `now` (ms since 1970), of a webhook not among `busy`; undefined when none is to be delivered. */
export async function claimDelivery(
  em: SqlEntityManager,
  now: number,
  busy: readonly string[],
): Promise<ClaimedDelivery | undefined> {
  const [claimed] = await sql<ClaimedDelivery>(
    em,
    `with picked as (
       select delivery.id from delivery join webhook on webhook.id = webhook_id
       where state = 'due' and try_at <= to_timestamp($1::float8 / 1000) and enabled and not webhook_id = any($2::uuid[])
       order by try_at limit 1 for update of delivery skip locked)
     update delivery set attempts = attempts + 1, last_attempt_at = to_timestamp($1::float8 / 1000),
       try_at = to_timestamp(($1::float8 + ${CLAIM_MS}) / 1000)
     from picked, webhook
     where delivery.id = picked.id and webhook.id = webhook_id
     returning ${CLAIMED}`,
    [now, busy],
  );
  return claimed;
}

/** Writes down how an attempt went. `waitMs`: until the next one; undefined when there is none. */
export async function noteAttempt(
  em: SqlEntityManager,
  { id, attempts }: Pick<ClaimedDelivery, 'id' | 'attempts'>,
  attempt: Attempt,
  next: { now: number; waitMs: number | undefined },
): Promise<void> {
  const open = attempt.outcome === 'failed' && next.waitMs !== undefined;
  const state = attempt.outcome === 'delivered' ? 'delivered' : open ? 'due' : 'failed';
  await sql(
    em,
    `update delivery set state = $3, last_status = $4, last_error = $5, try_at = to_timestamp($6::float8 / 1000)
     where id = $1 and attempts = $2`,
    [
      id,
      attempts,
      state,
      attempt.status ?? null,
      attempt.outcome === 'delivered' ? null : attempt.error,
      next.now + (next.waitMs ?? 0),
    ],
  );
}

/** Switches a webhook off and gives up what waits for it. */
export async function switchOff(em: SqlEntityManager, webhookId: string, reason: string): Promise<void> {
  await sql(em, 'update webhook set enabled = false, disabled_reason = $2 where id = $1', [
    webhookId,
    reason,
  ]);
  await sql(
    em,
    `update delivery set state = 'failed', last_error = $2 where webhook_id = $1 and state = 'due'`,
    [webhookId, reason],
  );
}

const VIEW = `id, type, provider_id as "providerId", state, attempts, created_at as "createdAt",
  last_attempt_at as "lastAttemptAt", try_at as "tryAt", last_status as "lastStatus", last_error as "lastError"`;

interface Row {
  id: string;
  type: NoticeBody['type'];
  providerId: ProviderId | null;
  state: WebhookDelivery['state'];
  attempts: number;
  createdAt: string;
  lastAttemptAt: string | null;
  tryAt: string;
  lastStatus: number | null;
  lastError: string | null;
}

/** A webhook's messages, newest first, below the one with the id `before`. */
export async function listDeliveries(
  em: SqlEntityManager,
  webhookId: string,
  limit: number,
  before?: string,
): Promise<WebhookDelivery[]> {
  const rows = await sql<Row>(
    em,
    `select ${VIEW} from delivery where webhook_id = $1 and ($3::uuid is null or id < $3)
     order by id desc limit $2`,
    [webhookId, limit, before ?? null],
  );
  return rows.map(toView);
}

export async function findDelivery(em: SqlEntityManager, id: string): Promise<WebhookDelivery | undefined> {
  const [row] = await sql<Row>(em, `select ${VIEW} from delivery where id = $1`, [id]);
  return row && toView(row);
}

/** Makes a message due again at `now`, with all its attempts before it; undefined when the webhook has no such message. */
export async function makeDueAgain(
  em: SqlEntityManager,
  webhookId: string,
  id: string,
  now: number,
): Promise<WebhookDelivery | undefined> {
  const [row] = await sql<Row>(
    em,
    `update delivery set state = 'due', attempts = 0, try_at = to_timestamp($3::float8 / 1000)
     where webhook_id = $1 and id = $2 returning ${VIEW}`,
    [webhookId, id, now],
  );
  return row && toView(row);
}

function toView(row: Row): WebhookDelivery {
  const { id, type, providerId, state, attempts, lastStatus, lastError } = row;
  return {
    id,
    type,
    ...(providerId === null ? {} : { providerId }),
    state,
    attempts,
    createdAt: new Date(row.createdAt).toISOString(),
    ...(row.lastAttemptAt === null ? {} : { lastAttemptAt: new Date(row.lastAttemptAt).toISOString() }),
    ...(state === 'due' ? { nextAttemptAt: new Date(row.tryAt).toISOString() } : {}),
    ...(lastStatus === null ? {} : { lastStatus }),
    ...(lastError === null ? {} : { lastError }),
  };
}
