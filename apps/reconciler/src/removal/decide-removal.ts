import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { emptyCounts } from '@catalogue-sync/catalogue';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type HeldRemoval,
  type JobId,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { EventRelay } from '@catalogue-sync/messaging';
import { sql } from '@catalogue-sync/persistence';
import { jobReconciled } from '../event-log/event-draft.js';
import { appendEvents } from '../event-log/event-log.store.js';
import { lockHead, saveHead, type LockedHead } from '../stream-head/stream-head.store.js';
import { acceptRenumbering } from '../sweep/scope-state.store.js';
import { requireHold, toHeldRemoval, type HoldRow } from './held-removals.js';
import { tallyRemoval } from './removal-tally.store.js';
import { removeMissing } from './remove-absent.store.js';

/** An operator's word on a held removal. */
export interface RemovalDecisionOrder {
  providerId: ProviderId;
  digest: string;
  decision: 'approve' | 'reject';
  /** Who decided. */
  decidedBy: string;
}

/**
 * Carries out what an operator decided. An approval removes at once those of the held set that are still missing, and ends in a
 * `JobReconciled` of its own, so that a version is sealed; with a suspected renumbering it lets the scope's next run through. The provider's head is
 * locked meanwhile, so no run of it can come in between.
 */
export class DecideRemoval {
  constructor(
    private readonly orm: MikroORM,
    private readonly relay: EventRelay,
  ) {}

  /** Throws `removal-not-found`, `removal-decided` or `removal-superseded`. */
  async run(order: RemovalDecisionOrder): Promise<{ removal: HeldRemoval; removed: number }> {
    const { providerId, digest } = order;
    const decided = await this.orm.em.fork().transactional(async (em) => {
      const head = await lockHead(em, providerId);
      const hold = await requireHold(em, providerId, digest);
      if (hold.state !== 'held') throw await whyNot(em, providerId, hold);
      const removed = order.decision === 'approve' ? await this.approve(em, head, hold) : 0;
      await sql(
        em,
        `update removal_hold set state = $3, decided_at = now(), decided_by = $4 where provider_id = $1 and digest = $2`,
        [providerId, digest, order.decision === 'approve' ? 'approved' : 'rejected', order.decidedBy],
      );
      return { removal: toHeldRemoval(await requireHold(em, providerId, digest)), removed };
    });
    if (decided.removed > 0) await this.relay.relay(providerId);
    return decided;
  }

  private async approve(em: SqlEntityManager, head: LockedHead, hold: HoldRow): Promise<number> {
    const { providerId } = head;
    const { scope, kind } = hold;
    if (hold.cause === 'suspected-renumbering') {
      await acceptRenumbering(em, { providerId, scope });
      return 0;
    }
    const [set] = await sql<{ ids: string[] }>(
      em,
      `select item_ids as ids from removal_hold where provider_id = $1 and digest = $2`,
      [providerId, hold.digest],
    );
    const jobId = uuidv7() as JobId;
    const removed = await removeMissing(em, head, { providerId, scope, kind, jobId }, set?.ids ?? []);
    if (removed === 0) return 0;
    await tallyRemoval(em, { providerId, scope }, kind, removed);
    const counts = emptyCounts();
    counts[kind].removed = removed;
    await appendEvents(em, head, jobId, [
      jobReconciled({
        jobId,
        cause: 'approval',
        outcome: 'completed',
        scopes: [],
        counts,
        totals: head.totals,
        watermarks: head.watermarks,
      }),
    ]);
    await saveHead(em, head);
    return removed;
  }
}

/** Why a hold cannot be decided any more; with a newer one in its place, how the two differ. */
async function whyNot(
  em: SqlEntityManager,
  providerId: ProviderId,
  hold: HoldRow,
): Promise<CatalogueSyncError> {
  if (hold.state === 'lapsed') {
    return new CatalogueSyncError(
      ERROR_CODE.removalDecided,
      'Nothing is held any more: a later complete sync listed these items again, or removed them by itself.',
    );
  }
  if (hold.state !== 'superseded') {
    const by = hold.decided_by === null ? '' : ` by ${hold.decided_by}`;
    return new CatalogueSyncError(ERROR_CODE.removalDecided, `This removal was ${hold.state} before${by}.`);
  }
  const [newer] = await sql<{ digest: string; more: number; fewer: number }>(
    em,
    `select n.digest,
       (select count(*) from unnest(n.item_ids) as i where not (i = any(o.item_ids)))::int as more,
       (select count(*) from unnest(o.item_ids) as i where not (i = any(n.item_ids)))::int as fewer
     from removal_hold o join removal_hold n on n.provider_id = o.provider_id and n.scope = o.scope and n.kind = o.kind
     where o.provider_id = $1 and o.digest = $2 and n.state = 'held'`,
    [providerId, hold.digest],
  );
  const difference = newer
    ? ` The newer one is ${newer.digest}: ${newer.more} more and ${newer.fewer} fewer. Look at it and decide about that one.`
    : ' It was decided or has lapsed since.';
  return new CatalogueSyncError(
    ERROR_CODE.removalSuperseded,
    `A later sync held a newer set in place of this one.${difference}`,
  );
}
