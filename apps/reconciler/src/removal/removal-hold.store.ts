import { createHash } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  FACT_TYPE,
  subjects,
  type HoldCause,
  type ItemKind,
  type RemovalHeld,
  type RemovalState,
} from '@catalogue-sync/contracts';
import { sql, type OutboxStore } from '@catalogue-sync/persistence';
import type { Sweep } from '../sweep/sweep.js';

/** What is held back: a set of ids that a run no longer lists, and why it was not believed. */
export interface Hold {
  kind: ItemKind | 'category';
  cause: HoldCause;
  /** Empty where a whole run is in doubt: then the run's sample names the set. */
  ids: readonly string[];
  /** Items that the hold is about. */
  count: number;
  reason: string;
}

/**
 * Holds a removal for approval. The digest names the set: the same set is held, and announced, once; a newer set of the same scope and
 * kind supersedes an older one. Returns the state of the set, which is another than `held` when an operator has spoken about it before.
 */
export async function holdRemoval(
  em: SqlEntityManager,
  outbox: OutboxStore,
  sweep: Sweep,
  hold: Hold,
): Promise<RemovalState> {
  const digest = digestOf(sweep, hold);
  await supersedeOthers(em, sweep, hold.kind, digest);
  const [known] = await sql<{ state: RemovalState }>(
    em,
    `select state from removal_hold where provider_id = $1 and digest = $2`,
    [sweep.providerId, digest],
  );
  if (known?.state === 'held' || known?.state === 'rejected') return known.state;
  // A set that had lapsed, or was replaced, and is back as it was: it has to be decided after all.
  await sql(
    em,
    `insert into removal_hold (provider_id, digest, scope, kind, cause, count, reason, job_id, item_ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (provider_id, digest) do update set state = 'held', cause = excluded.cause, reason = excluded.reason,
       job_id = excluded.job_id, created_at = now(), decided_at = null, decided_by = null`,
    [
      sweep.providerId,
      digest,
      sweep.scope,
      hold.kind,
      hold.cause,
      hold.count,
      hold.reason,
      sweep.jobId,
      hold.ids,
    ],
  );
  await announce(em, outbox, sweep, hold, digest);
  return 'held';
}

/** What was held of the scope and these kinds is no longer in doubt: a complete run had nothing to hold. */
export async function lapseHolds(
  em: SqlEntityManager,
  sweep: Sweep,
  keptKinds: readonly string[],
): Promise<void> {
  await sql(
    em,
    `update removal_hold set state = 'lapsed'
     where provider_id = $1 and scope = $2 and state = 'held' and not (kind = any($3))`,
    [sweep.providerId, sweep.scope, keptKinds],
  );
}

function digestOf(sweep: Sweep, hold: Hold): string {
  const whole = hold.ids.length === 0 ? [`${hold.cause} ${sweep.sampleDigest ?? ''}`] : hold.ids;
  return createHash('sha256')
    .update([sweep.scope, hold.kind, ...whole].join('\n'))
    .digest('hex')
    .slice(0, 32);
}

async function supersedeOthers(
  em: SqlEntityManager,
  sweep: Sweep,
  kind: string,
  digest: string,
): Promise<void> {
  await sql(
    em,
    `update removal_hold set state = 'superseded'
     where provider_id = $1 and scope = $2 and kind = $3 and state = 'held' and digest <> $4`,
    [sweep.providerId, sweep.scope, kind, digest],
  );
}

async function announce(
  em: SqlEntityManager,
  outbox: OutboxStore,
  sweep: Sweep,
  hold: Hold,
  digest: string,
): Promise<void> {
  const body: RemovalHeld = {
    providerId: sweep.providerId,
    jobId: sweep.jobId,
    scope: sweep.scope,
    kind: hold.kind,
    cause: hold.cause,
    digest,
    count: hold.count,
    reason: hold.reason,
  };
  await outbox.add(em, {
    messageId: `${sweep.providerId}:held:${digest}:${sweep.runToken}`,
    subject: subjects.fact(sweep.providerId, FACT_TYPE.removalHeld),
    type: FACT_TYPE.removalHeld,
    providerId: sweep.providerId,
    jobId: sweep.jobId,
    body,
  });
}
