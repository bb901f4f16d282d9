import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { FINGERPRINT_VERSION, emptyCounts } from '@catalogue-sync/catalogue';
import { EVENT_TYPE, type CatalogueItem, type ProviderId, type StoredEvent } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { itemUpdated, type EventDraft } from '../event-log/event-draft.js';
import { appendEvents } from '../event-log/event-log.store.js';
import {
  findItems,
  writeItems,
  type ItemStateWrite,
  type KnownItem,
} from '../item-state/item-state.store.js';
import { union } from '../pages/plan-rows.js';
import type { LockedHead } from '../stream-head/stream-head.store.js';
import { takeDeferred, type DeferredItem } from '../sweep/deferred-row.store.js';
import { advanceSweep, countsOnly } from '../sweep/sweep.store.js';
import type { Sweep } from '../sweep/sweep.js';

/** Items settled in one transaction at most. */
const CHUNK = 500;

/**
 * Compares the next deferred items with what is known, now that every row of the run was seen: one event for an item, whatever
 * changed of it. A run that is not complete may add categories and never takes one away. Undefined when nothing is left.
 */
export async function settleDeferred(
  em: SqlEntityManager,
  head: LockedHead,
  sweep: Sweep,
  complete: boolean,
): Promise<StoredEvent[] | undefined> {
  const items = await takeDeferred(em, sweep, CHUNK);
  if (items.length === 0) return undefined;
  const known = await findItems(
    em,
    sweep.providerId,
    items.map((deferred) => deferred.id),
  );
  const drafts: EventDraft[] = [];
  const writes: ItemStateWrite[] = [];
  const counts = emptyCounts();
  for (const deferred of items) {
    const before = known.get(deferred.id);
    if (!before) continue;
    const fields = await settledFields(em, sweep.providerId, deferred, before);
    const categoryIds = settledCategories(deferred, before, complete);
    const changedFields = !fields.fingerprint.equals(before.fingerprint);
    const changedCategories = categoryIds.join('\n') !== before.categoryIds.join('\n');
    if (changedFields || changedCategories) {
      const reason = !changedFields
        ? 'recategorised'
        : before.fingerprintVersion === FINGERPRINT_VERSION
          ? 'changed'
          : 'remapped';
      drafts.push(itemUpdated({ ...fields.item, categoryIds }, reason));
      counts[fields.item.kind].updated += 1;
    } else if (deferred.hasFirst) {
      counts[fields.item.kind].unchanged += 1;
    }
    const scopes = before.scopes.includes(sweep.scope) ? before.scopes : [...before.scopes, sweep.scope];
    writes.push({
      id: deferred.id,
      kind: fields.item.kind,
      fingerprint: fields.fingerprint,
      scopes,
      categoryIds,
    });
  }
  const events = await appendEvents(em, head, sweep.jobId, drafts);
  await writeItems(em, sweep.providerId, writes);
  await advanceSweep(em, sweep, countsOnly(counts));
  return events;
}

function settledCategories(deferred: DeferredItem, before: KnownItem, complete: boolean): string[] {
  // Without a deferred first row the first row agreed with what is known, so those memberships were seen too.
  const seen = deferred.hasFirst ? deferred.categoryIds : union(deferred.categoryIds, before.categoryIds);
  return complete ? [...seen].sort() : union(seen, before.categoryIds);
}

/** The item's fields: those of the run's first row. A later row with other fields does not count, so the log is asked instead. */
async function settledFields(
  em: SqlEntityManager,
  providerId: ProviderId,
  deferred: DeferredItem,
  before: KnownItem,
): Promise<{ item: CatalogueItem; fingerprint: Buffer }> {
  if (deferred.hasFirst || deferred.fingerprint.equals(before.fingerprint)) return deferred;
  const [last] = await sql<{ data: string }>(
    em,
    `select data from event where provider_id = $1 and subject = $2 and type in ($3, $4) order by seq desc limit 1`,
    [providerId, deferred.id, EVENT_TYPE.itemAdded, EVENT_TYPE.itemUpdated],
  );
  if (!last) return deferred;
  return { item: JSON.parse(last.data) as CatalogueItem, fingerprint: before.fingerprint };
}
