import type { MikroORM } from '@mikro-orm/postgresql';
import {
  EVENT_TYPE,
  STREAM,
  subjects,
  type ProviderDeleted,
  type ProviderId,
} from '@catalogue-sync/contracts';
import { deletePartition, purgeSubject, type EventRelay } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import type { NatsConnection } from '@nats-io/transport-node';
import { appendEvents } from '../event-log/event-log.store.js';
import { workQueueConsumer } from '../pages/work-queue.js';
import { lockHead, saveHead } from '../stream-head/stream-head.store.js';

const PROVIDER_TABLES = [
  'item_state',
  'category_state',
  'scope_state',
  'sweep',
  'sweep_page',
  'sampled_page',
  'run_absence',
  'deferred_row',
  'reconciled_job',
  'cancelled_job',
  'removal_hold',
  'removal_tally',
  'dead_letter',
  'outbox',
] as const;

/**
 * Deletes a provider's catalogue: a final sequenced `ProviderDeleted`, no removal per item. The head stays as a tombstone, so that late
 * pages find a deleted provider and are dropped. Repeating it is safe.
 */
export class DeleteCatalogue {
  constructor(
    private readonly orm: MikroORM,
    private readonly relay: EventRelay,
    private readonly nats: NatsConnection,
  ) {}

  async run(providerId: ProviderId): Promise<void> {
    await this.orm.em.fork().transactional(async (em) => {
      const head = await lockHead(em, providerId);
      if (head.deleted) return;
      const body: ProviderDeleted = { providerId };
      await appendEvents(em, head, undefined, [
        { type: EVENT_TYPE.providerDeleted, data: JSON.stringify(body) },
      ]);
      head.totals.channel = head.totals.movie = head.totals.series = 0;
      await saveHead(em, head);
      for (const table of PROVIDER_TABLES)
        await sql(em, `delete from ${table} where provider_id = $1`, [providerId]);
      await sql(em, `delete from event where provider_id = $1 and seq < $2`, [providerId, head.seq]);
      await sql(em, `update stream_head set state = 'deleted', first_seq = seq where provider_id = $1`, [
        providerId,
      ]);
    });
    // Older events go first, so that the last one of the provider's subjects is the one that tells of the deletion.
    await this.relay.relay(providerId);
    await purgeSubject(this.nats, STREAM.events, subjects.eventsOf(providerId), 1);
    await purgeSubject(this.nats, STREAM.pages, subjects.pagesOf(providerId));
    await deletePartition(this.nats, STREAM.pages, workQueueConsumer(providerId));
  }
}
