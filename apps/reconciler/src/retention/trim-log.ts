import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { EVENT_TYPE, type ProviderId } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';

/** Events looked through in one transaction. Each of them supersedes one older event at most, beside those among them. */
const EVENTS_PER_STEP = 2000;

// Of the events in ($2, $3] each item's and category's last one supersedes all that came before it. A category may have the name of an item:
// items have a kind. The end of a scope says nothing that the end of its job does not say again.
const STEP = `
  with last as (
    select subject, kind is null as is_category, max(seq) as seq
      from event where provider_id = $1 and seq > $2 and seq <= $3 and subject is not null group by 1, 2
  ), superseded as (
    delete from event e using last
     where e.provider_id = $1 and e.subject = last.subject and (e.kind is null) = last.is_category and e.seq < last.seq
    returning 1
  ), scope_ends as (
    delete from event where provider_id = $1 and seq > $2 and seq <= $3 and type = '${EVENT_TYPE.scopeReconciled}' returning 1
  ), gone as (
    select (select count(*) from superseded) + (select count(*) from scope_ends) as events
  )
  update stream_head h
     set trimmed_to = $3, first_seq = case when gone.events > 0 then $3::bigint + 1 else h.first_seq end
    from gone where h.provider_id = $1
  returning gone.events::int as events`;

/**
 * Removes superseded events up to a sequence number, a bounded step at a time. Folding what is left gives the same state as before at
 * every position from `first_seq - 1` on; what was removed for good still has the event that says so.
 */
export class TrimLog {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
  ) {}

  /** One step. Gives how many events went; undefined when all up to `upTo` was looked through before, or the provider is deleted. */
  async step(providerId: ProviderId, lease: Lease, upTo: number): Promise<number | undefined> {
    return this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const from = await lockTrimmedTo(em, providerId);
      if (from === undefined || from >= upTo) return undefined;
      const to = Math.min(upTo, from + EVENTS_PER_STEP);
      const [row] = await sql<{ events: number }>(em, STEP, [providerId, from, to]);
      await faultPoint('reconciler.trim.before-commit');
      return row?.events ?? 0;
    });
  }
}

async function lockTrimmedTo(em: SqlEntityManager, providerId: ProviderId): Promise<number | undefined> {
  const [row] = await sql<{ trimmed_to: string }>(
    em,
    `select trimmed_to from stream_head where provider_id = $1 and state = 'active' for update`,
    [providerId],
  );
  return row && Number(row.trimmed_to);
}
