import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { decideRemovals, type KindRemoval, type RemovalDecision } from '@catalogue-sync/catalogue';
import type { ItemKind, ScopeFetched, ScopeOutcome } from '@catalogue-sync/contracts';
import type { OutboxStore } from '@catalogue-sync/persistence';
import type { LockedHead } from '../stream-head/stream-head.store.js';
import { rememberListed, rememberUnreadable, unreadableBefore } from '../sweep/scope-state.store.js';
import type { Sweep } from '../sweep/sweep.js';
import { absentIds, markAbsent, noteAbsences, type Absence } from './absence.store.js';
import { holdRemoval, lapseHolds } from './removal-hold.store.js';
import { removedLast7Days, tallyRemoval } from './removal-tally.store.js';
import { removeConfirmed } from './remove-absent.store.js';

/** What the fetcher said of a scope, after what happened on the way here. */
export interface ScopeVerdict {
  outcome: ScopeOutcome;
  reason?: string;
}

/** What became of the absent ones of a scope. */
export interface SettledRemovals {
  /** Events made. */
  removed: number;
  pending: number;
  held: number;
  /** In words, what has to be said about it. */
  reasons: (string | undefined)[];
}

/** At the end of a scope's run: counts what is absent, asks the domain what to do about it, and does it, in the caller's transaction. */
export class SettleRemovals {
  constructor(private readonly outbox: OutboxStore) {}

  async run(
    em: SqlEntityManager,
    head: LockedHead,
    sweep: Sweep,
    fetched: ScopeFetched,
    verdict: ScopeVerdict,
  ): Promise<SettledRemovals> {
    if (sweep.sample === 'suspected') return this.holdScope(em, sweep, verdict);
    const wholeScope = verdict.outcome === 'complete' && fetched.mode !== 'head';
    const absences = wholeScope
      ? await noteAbsences(em, sweep, fetched.removalConfirmations, fetched.categoriesComplete)
      : [];
    const decision = await decide(em, sweep, fetched, verdict, absences);
    // Any other run has shown less than the provider lists, so it says nothing about its habits.
    if (wholeScope) await rememberUnreadable(em, sweep, sweep.unidentifiedRows);
    const settled = await this.apply(em, head, sweep, fetched, decision);
    if (wholeScope && decision.countsAsCompleteRun) {
      const listed = absences.filter(({ kind }) => kind !== 'category').map(({ known }) => known);
      const removedItems = decision.kinds
        .filter(({ kind, action }) => kind !== 'category' && action === 'remove')
        .map(({ count }) => count);
      await rememberListed(em, sweep, sum(listed) - sum(removedItems));
      const heldKinds = decision.kinds.filter(({ action }) => action === 'hold').map(({ kind }) => kind);
      await lapseHolds(em, sweep, heldKinds);
    }
    return settled;
  }

  /** Carries the decision out. */
  private async apply(
    em: SqlEntityManager,
    head: LockedHead,
    sweep: Sweep,
    fetched: ScopeFetched,
    decision: RemovalDecision,
  ): Promise<SettledRemovals> {
    const counted = decision.countsAsCompleteRun;
    const settled: SettledRemovals = { removed: 0, pending: 0, held: 0, reasons: [decision.reason] };
    if (decision.kinds.some((entry) => entry.action !== 'none')) {
      await markAbsent(em, sweep, counted);
    }
    const confirmations = counted ? fetched.removalConfirmations : 0;
    for (const entry of decision.kinds) {
      settled.pending += entry.action === 'pending' ? entry.count : entry.pending;
      if (entry.action === 'hold') {
        settled.held += entry.count;
        settled.reasons.push(await this.hold(em, sweep, entry, confirmations));
        continue;
      }
      settled.reasons.push(entry.reason);
      if (entry.action !== 'remove') continue;
      const removed = await removeConfirmed(em, head, sweep, entry.kind, confirmations);
      await tallyRemoval(em, sweep, entry.kind, removed);
      sweep.counts[entry.kind].removed += removed;
      settled.removed += removed;
    }
    return settled;
  }

  /** Holds one kind back; returns why, in words. */
  private async hold(
    em: SqlEntityManager,
    sweep: Sweep,
    entry: KindRemoval,
    confirmations: number,
  ): Promise<string> {
    const reason = entry.reason ?? 'more absent than is believable';
    const ids = await absentIds(em, sweep, entry.kind, confirmations);
    const state = await holdRemoval(em, this.outbox, sweep, {
      kind: entry.kind,
      cause: entry.cause ?? 'share',
      ids,
      count: ids.length,
      reason,
    });
    return state === 'rejected'
      ? `${reason}; an operator rejected this removal before`
      : `${reason}; held for approval`;
  }

  /** The whole run is in doubt: nothing is known to be absent, and nothing was taken over. */
  private async holdScope(
    em: SqlEntityManager,
    sweep: Sweep,
    verdict: ScopeVerdict,
  ): Promise<SettledRemovals> {
    const kind = KIND_OF_SCOPE[sweep.scope] ?? 'movie';
    const state = await holdRemoval(em, this.outbox, sweep, {
      kind,
      cause: 'suspected-renumbering',
      ids: [],
      count: sweep.sampleUnknown,
      reason: verdict.reason ?? 'most rows are unknown',
    });
    const reasons = state === 'rejected' ? ['an operator rejected the new ids before'] : [];
    return { removed: 0, pending: 0, held: sweep.sampleUnknown, reasons };
  }
}

/** What a scope mostly holds, for a hold on the scope as a whole. */
const KIND_OF_SCOPE: Partial<Record<Sweep['scope'], ItemKind>> = { live: 'channel', series: 'series' };

async function decide(
  em: SqlEntityManager,
  sweep: Sweep,
  fetched: ScopeFetched,
  verdict: ScopeVerdict,
  absences: readonly Absence[],
): Promise<RemovalDecision> {
  const recently = await removedLast7Days(em, sweep);
  return decideRemovals({
    mode: fetched.mode,
    outcome: verdict.outcome,
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    malformedRows: sweep.unidentifiedRows,
    lastCompleteMalformedRows: await unreadableBefore(em, sweep),
    parkedPages: sweep.parkedPages,
    removalConfirmations: fetched.removalConfirmations,
    ...(fetched.removalGuard === undefined ? {} : { removalGuard: fetched.removalGuard }),
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
