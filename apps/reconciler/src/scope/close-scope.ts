import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { decideRemovals, type RemovalDecision } from '@catalogue-sync/catalogue';
import type { ProviderId, ScopeFetched, ScopeOutcome } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import { sql, type Lease, type LeaseStore, type OutboxStore } from '@catalogue-sync/persistence';
import type { CommittedEvents } from '../event-log/committed-events.js';
import { scopeReconciled } from '../event-log/event-draft.js';
import { appendEvents } from '../event-log/event-log.store.js';
import {
  absentIds,
  countAbsences,
  markAbsent,
  planForWholeScope,
  removeCategories,
  removeItems,
} from '../removal/absence.store.js';
import { holdRemoval } from '../removal/removal-hold.store.js';
import { removedLast7Days, tallyRemoval } from '../removal/removal-tally.store.js';
import { lockHead, saveHead, type LockedHead } from '../stream-head/stream-head.store.js';
import { closeSweep, findSweep, openSweep, storeFetched, type Sweep } from '../sweep/sweep.store.js';
import { settleDeferred } from './settle-deferred.js';

/** What the fetcher said of a scope, after what happened on the way here. */
interface ScopeVerdict {
  outcome: ScopeOutcome;
  reason?: string;
}

/** Ends a scope of a run: settles what was deferred, decides about removals, and appends `ScopeReconciled`. */
export class CloseScope {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly outbox: OutboxStore,
  ) {}

  /** Takes in `ScopeFetched`. Undefined when its run is over. */
  async noteFetched(providerId: ProviderId, lease: Lease, fetched: ScopeFetched): Promise<Sweep | undefined> {
    return this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, providerId);
      if (head.deleted) return undefined;
      const sweep = await openSweep(em, providerId, fetched);
      if (!sweep || sweep.state !== 'open') return undefined;
      await storeFetched(em, sweep, fetched);
      return sweep;
    });
  }

  /** Closes the sweep if all its pages are in. It can be repeated: what an interrupted try has done stays done. */
  async closeIfComplete(lease: Lease, sweep: Sweep, committed: CommittedEvents): Promise<boolean> {
    const { fetched } = sweep;
    if (!fetched || sweep.state !== 'open' || sweep.pages < fetched.expectedPages) return false;
    const verdict = judge(sweep, fetched);
    while (await this.settleSome(lease, sweep, verdict, committed));
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, sweep.providerId);
      const current = await findSweep(em, sweep.providerId, sweep.runToken);
      if (head.deleted || current?.state !== 'open') return;
      await this.finish(em, head, current, fetched, verdict, committed);
      await faultPoint('reconciler.scope.before-commit');
    });
    await faultPoint('reconciler.scope.after-commit');
    return true;
  }

  private async settleSome(
    lease: Lease,
    sweep: Sweep,
    verdict: ScopeVerdict,
    committed: CommittedEvents,
  ): Promise<boolean> {
    const events = await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, sweep.providerId);
      const current = await findSweep(em, sweep.providerId, sweep.runToken);
      if (head.deleted || current?.state !== 'open') return undefined;
      const settled = await settleDeferred(em, head, current, verdict.outcome === 'complete');
      await saveHead(em, head);
      return settled;
    });
    if (events) committed.add(events);
    return events !== undefined;
  }

  private async finish(
    em: SqlEntityManager,
    head: LockedHead,
    sweep: Sweep,
    fetched: ScopeFetched,
    verdict: ScopeVerdict,
    committed: CommittedEvents,
  ): Promise<void> {
    await planForWholeScope(em);
    const decision = await this.decide(em, sweep, fetched, verdict);
    const held = decision.kinds.filter((entry) => entry.action === 'hold');
    const removed = await this.apply(em, head, sweep, fetched, decision);
    committed.addUnread(removed);
    const reason = [verdict.reason, decision.reason, ...decision.kinds.map((entry) => entry.reason)]
      .filter((part, index, all) => part !== undefined && all.indexOf(part) === index)
      .join('; ');
    const events = await appendEvents(em, head, sweep.jobId, [
      scopeReconciled({
        jobId: sweep.jobId,
        scope: sweep.scope,
        runToken: sweep.runToken,
        outcome: verdict.outcome,
        ...(reason === '' ? {} : { reason }),
        counts: sweep.counts,
        malformedRows: sweep.malformedRows,
        pendingRemovals: sum(
          decision.kinds.map((entry) => (entry.action === 'pending' ? entry.count : entry.pending)),
        ),
        heldRemovals: sum(held.map((entry) => entry.count)),
      }),
    ]);
    committed.add(events);
    await saveHead(em, head);
    await closeSweep(em, sweep, verdict.outcome, reason === '' ? undefined : reason);
  }

  private async decide(
    em: SqlEntityManager,
    sweep: Sweep,
    fetched: ScopeFetched,
    verdict: ScopeVerdict,
  ): Promise<RemovalDecision> {
    const absences =
      verdict.outcome === 'complete'
        ? await countAbsences(em, sweep, fetched.removalConfirmations, fetched.categoriesComplete)
        : [];
    const recently = await removedLast7Days(em, sweep);
    const [before] = await sql<{ last_unidentified: number | null }>(
      em,
      `select last_unidentified from scope_state where provider_id = $1 and scope = $2`,
      [sweep.providerId, sweep.scope],
    );
    return decideRemovals({
      outcome: verdict.outcome,
      ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
      malformedRows: sweep.unidentifiedRows,
      lastCompleteMalformedRows: before?.last_unidentified ?? undefined,
      parkedPages: sweep.parkedPages,
      removalConfirmations: fetched.removalConfirmations,
      itemRows: sweep.itemRows,
      categoryRows: sweep.categoryRows,
      categoriesComplete: fetched.categoriesComplete,
      kinds: absences.map((absence) => ({
        kind: absence.kind,
        known: absence.known - sweep.counts[absence.kind].added,
        absent: { unconfirmed: absence.unconfirmed, confirmed: absence.confirmed },
        removedLast7Days: recently.get(absence.kind) ?? 0,
      })),
    });
  }

  /** Carries the decision out; returns how many removal events were made. */
  private async apply(
    em: SqlEntityManager,
    head: LockedHead,
    sweep: Sweep,
    fetched: ScopeFetched,
    decision: RemovalDecision,
  ): Promise<number> {
    if (fetched.outcome === 'complete' && sweep.parkedPages === 0) await this.rememberHabit(em, sweep);
    const confirmations = decision.countsAsCompleteRun ? fetched.removalConfirmations : 0;
    const touched = decision.kinds.some((entry) => entry.action !== 'none');
    if (decision.countsAsCompleteRun && touched) await markAbsent(em, sweep, fetched.categoriesComplete);
    let removed = 0;
    for (const { kind, action, announce, reason } of decision.kinds) {
      if (action === 'hold' && announce) {
        const ids = await absentIds(em, sweep, kind, confirmations);
        await holdRemoval(em, this.outbox, sweep, {
          kind,
          ids,
          reason: reason ?? 'more absent than is believable',
        });
      }
      if (action !== 'remove') continue;
      const count =
        kind === 'category'
          ? await removeCategories(em, head, sweep, confirmations)
          : await removeItems(em, head, sweep, kind, confirmations);
      await tallyRemoval(em, sweep, kind, count);
      sweep.counts[kind].removed += count;
      removed += count;
    }
    return removed;
  }

  /** More unreadable rows than usual stop removals once; when they stay, they are the portal's habit. */
  private async rememberHabit(em: SqlEntityManager, sweep: Sweep): Promise<void> {
    await sql(em, `update scope_state set last_unidentified = $3 where provider_id = $1 and scope = $2`, [
      sweep.providerId,
      sweep.scope,
      sweep.unidentifiedRows,
    ]);
  }
}

/** A scope of which a page is parked is not complete, whatever the fetcher saw. */
function judge(sweep: Sweep, fetched: ScopeFetched): ScopeVerdict {
  if (fetched.outcome === 'complete' && sweep.parkedPages > 0) {
    return {
      outcome: 'incomplete',
      reason: `${sweep.parkedPages} page(s) could not be handled and are parked`,
    };
  }
  return { outcome: fetched.outcome, ...(fetched.reason === undefined ? {} : { reason: fetched.reason }) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
