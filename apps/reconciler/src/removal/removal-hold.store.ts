import { createHash } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { FACT_TYPE, subjects, type ItemKind, type RemovalHeld } from '@catalogue-sync/contracts';
import { sql, type OutboxStore } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.store.js';

/** What is held back: a set of ids that a run no longer lists, and why it was not believed. */
export interface Hold {
  kind: ItemKind | 'category';
  ids: readonly string[];
  reason: string;
}

/**
 * Holds a removal for approval. The digest names the set: the same set is held, and announced, once; a newer set of the same scope and
 * kind supersedes an older one; a set that was rejected is not announced again.
 */
export async function holdRemoval(
  em: SqlEntityManager,
  outbox: OutboxStore,
  sweep: Sweep,
  hold: Hold,
): Promise<void> {
  const digest = createHash('sha256')
    .update([sweep.scope, hold.kind, ...hold.ids].join('\n'))
    .digest('hex')
    .slice(0, 32);
  const fresh = await sql(
    em,
    `insert into removal_hold (provider_id, digest, scope, kind, count, reason, job_id, item_ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning digest`,
    [sweep.providerId, digest, sweep.scope, hold.kind, hold.ids.length, hold.reason, sweep.jobId, hold.ids],
  );
  if (fresh.length === 0) return;
  await sql(
    em,
    `update removal_hold set state = 'superseded'
     where provider_id = $1 and scope = $2 and kind = $3 and state = 'held' and digest <> $4`,
    [sweep.providerId, sweep.scope, hold.kind, digest],
  );
  const body: RemovalHeld = {
    providerId: sweep.providerId,
    jobId: sweep.jobId,
    scope: sweep.scope,
    kind: hold.kind,
    digest,
    count: hold.ids.length,
    reason: hold.reason,
  };
  await outbox.add(em, {
    messageId: `${sweep.providerId}:held:${digest}`,
    subject: subjects.fact(sweep.providerId, FACT_TYPE.removalHeld),
    type: FACT_TYPE.removalHeld,
    providerId: sweep.providerId,
    jobId: sweep.jobId,
    body,
  });
}
