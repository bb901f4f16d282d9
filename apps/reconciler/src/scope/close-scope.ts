import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId, ScopeFetched } from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import type { CommittedEvents } from '../event-log/committed-events.js';
import { scopeReconciled } from '../event-log/event-draft.js';
import { appendEvents } from '../event-log/event-log.store.js';
import type { ScopeVerdict, SettleRemovals } from '../removal/settle-removals.js';
import { lockHead, saveHead, type LockedHead } from '../stream-head/stream-head.store.js';
import { closeSweep, findSweep, openSweep, storeFetched } from '../sweep/sweep.store.js';
import type { Sweep } from '../sweep/sweep.js';
import { settleDeferred } from './settle-deferred.js';

/** Ends a scope of a run: settles what was deferred, decides about removals, and appends `ScopeReconciled`. */
export class CloseScope {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly settleRemovals: SettleRemovals,
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
    while (await this.settleSome(lease, sweep, committed));
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, sweep.providerId);
      const current = await findSweep(em, sweep.providerId, sweep.runToken);
      if (head.deleted || current?.state !== 'open') return;
      await this.finish(em, head, current, fetched, judge(current, fetched), committed);
      await faultPoint('reconciler.scope.before-commit');
    });
    await faultPoint('reconciler.scope.after-commit');
    return true;
  }

  private async settleSome(lease: Lease, sweep: Sweep, committed: CommittedEvents): Promise<boolean> {
    const events = await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const head = await lockHead(em, sweep.providerId);
      const current = await findSweep(em, sweep.providerId, sweep.runToken);
      if (head.deleted || current?.state !== 'open') return undefined;
      const settled = await settleDeferred(em, head, current, listsEverything(current));
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
    const removals = await this.settleRemovals.run(em, head, sweep, fetched, verdict);
    committed.addUnread(removals.removed);
    sweep.pendingRemovals = removals.pending;
    sweep.heldRemovals = removals.held;
    const reason = [verdict.reason, ...removals.reasons]
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
        pendingRemovals: removals.pending,
        heldRemovals: removals.held,
      }),
    ]);
    committed.add(events);
    await saveHead(em, head);
    await closeSweep(em, sweep, verdict.outcome, reason === '' ? undefined : reason);
  }
}

/** A scope of which a page is parked, or whose first rows were not believed, is not complete, whatever the fetcher saw. */
function judge(sweep: Sweep, fetched: ScopeFetched): ScopeVerdict {
  if (sweep.cancelled) return { outcome: 'cancelled', reason: 'cancelled on request' };
  if (sweep.sample === 'suspected') {
    return {
      outcome: 'incomplete',
      reason: `suspected renumbering: ${sweep.sampleUnknown} of the first ${sweep.sampleKnown + sweep.sampleUnknown} rows are unknown, so nothing of this run was taken over; approve it if the provider has given its items new ids`,
    };
  }
  if (fetched.outcome === 'complete' && sweep.parkedPages > 0) {
    return {
      outcome: 'incomplete',
      reason: `${sweep.parkedPages} page(s) could not be handled and are parked`,
    };
  }
  return { outcome: fetched.outcome, ...(fetched.reason === undefined ? {} : { reason: fetched.reason }) };
}

/** Whether what the run did not list in a category is not in it. */
function listsEverything(sweep: Sweep): boolean {
  const { fetched } = sweep;
  return fetched !== undefined && fetched.mode !== 'head' && judge(sweep, fetched).outcome === 'complete';
}
