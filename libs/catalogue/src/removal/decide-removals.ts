import type { HoldCause, ItemKind, RemovalGuard, SyncMode } from '@catalogue-sync/contracts';
import { whyNoProof, type RunEvidence } from './complete-run.js';
import { suspicion } from './guard.js';

/** What is known at the end of a scope's run. */
export interface RemovalInput extends RunEvidence {
  /** How the run was fetched. A `head` run proves nothing about what it did not list, and says nothing about it either. */
  mode: SyncMode;
  /** Complete runs in a row that must miss an item before it is removed: at least 1, this run included. */
  removalConfirmations: number;
  /** What may go without a person's word; default REMOVAL_GUARD. */
  removalGuard?: RemovalGuard;
  /** Item rows in the run, repeats included. */
  itemRows: number;
  /** Category rows in the run; absent where the protocol has no category list of its own. */
  categoryRows?: number;
  /** Whether the category list arrived whole; without it no category is removed. Default true. */
  categoriesComplete?: boolean;
  kinds: readonly KindAbsence[];
}

/** The absent ones of one kind in the scope. */
export interface KindAbsence {
  kind: ItemKind | 'category';
  /** Live ones of this scope and kind before the run. */
  known: number;
  absent: {
    /** Absent in this run, and in too few complete runs before it. */
    unconfirmed: number;
    /** Absent in this run and in `removalConfirmations - 1` complete runs right before it. */
    confirmed: number;
  };
  /** Removed in the seven days before this run. */
  removedLast7Days: number;
}

/**
 * What to do about the absent ones of a kind: `remove` the confirmed, `hold` the confirmed for approval, keep all as `pending` until
 * confirmed, or `none`: nothing is absent, or the run proves nothing.
 */
export type RemovalAction = 'remove' | 'hold' | 'pending' | 'none';

export interface KindRemoval {
  kind: ItemKind | 'category';
  action: RemovalAction;
  /** Items (or categories) that the action concerns; 0 with `none`. */
  count: number;
  /** Beside the action's: absent ones that stay for now, because their absence is not confirmed. */
  pending: number;
  /** Of a `hold`. */
  cause?: HoldCause;
  /** In words with figures, unless the action is `remove` or nothing is absent. */
  reason?: string;
}

export interface RemovalDecision {
  /** Whether the run counts among the complete ones: only then does an absence in it count towards confirmation. */
  countsAsCompleteRun: boolean;
  /** Why it does not; what is absent in it was not missed once more. */
  reason?: string;
  kinds: KindRemoval[];
}

/**
 * Decides at the end of a scope's run which absent items go: only those whose absence is proved, confirmed and unsuspicious (DESIGN
 * section 5). Pure: who is absent, and how often, is counted by the caller.
 */
export function decideRemovals(input: RemovalInput): RemovalDecision {
  const noProof = whyNoProof(input);
  if (noProof !== undefined) {
    return {
      countsAsCompleteRun: false,
      reason: noProof,
      kinds: input.kinds.map(({ kind }) => none(kind, noProof)),
    };
  }
  if (input.mode === 'head') return { countsAsCompleteRun: false, kinds: [] };
  const kinds = input.kinds.map((absence) => decideKind(absence, input));
  // An emptied listing is more often a fault than the truth: it is held, and what is absent from it has not been missed once more.
  const emptied = input.kinds.find(
    ({ kind, known }) => kind !== 'category' && known > 0 && isEmptyAnswer(kind, input),
  );
  if (emptied === undefined) return { countsAsCompleteRun: true, kinds };
  return { countsAsCompleteRun: false, reason: emptyReason(emptied.known), kinds };
}

function decideKind(absence: KindAbsence, input: RemovalInput): KindRemoval {
  const { kind, known, removedLast7Days } = absence;
  const { confirmed, unconfirmed } = absence.absent;
  const absent = confirmed + unconfirmed;
  if (absent === 0) return none(kind);
  if (kind === 'category' && input.categoriesComplete === false) {
    return none(kind, 'the category list did not arrive whole');
  }
  // Held at once, not after the confirmations: an operator should hear of an emptied listing on the day.
  if (known > 0 && isEmptyAnswer(kind, input)) {
    return held(kind, absent, 0, { cause: 'empty-answer', reason: emptyReason(known) });
  }
  if (input.malformedRows > 0 && input.lastCompleteMalformedRows === undefined) {
    const rows = `${input.malformedRows} row${input.malformedRows === 1 ? '' : 's'}`;
    return pending(
      kind,
      absent,
      `${absent} absent: kept, ${rows} of this first complete run could not be read`,
    );
  }
  if (confirmed === 0) {
    const [they, go, them] = unconfirmed === 1 ? ['it', 'goes', 'it'] : ['they', 'go', 'them'];
    const runs = `${input.removalConfirmations} complete runs in a row`;
    return pending(kind, unconfirmed, `${unconfirmed} absent: ${they} ${go} when ${runs} miss ${them}`);
  }
  const suspicious = suspicion({ count: confirmed, known, removedLast7Days }, input.removalGuard);
  if (suspicious !== undefined) return held(kind, confirmed, unconfirmed, suspicious);
  return { kind, action: 'remove', count: confirmed, pending: unconfirmed };
}

/** A not-modified run has no rows because none were sent, not because there are none. */
function isEmptyAnswer(kind: KindAbsence['kind'], input: RemovalInput): boolean {
  if (input.outcome !== 'complete') return false;
  return input.itemRows === 0 || (kind === 'category' && input.categoryRows === 0);
}

function emptyReason(known: number): string {
  return `the listing came back empty, ${known} were known`;
}

function none(kind: KindAbsence['kind'], reason?: string): KindRemoval {
  const nothing: KindRemoval = { kind, action: 'none', count: 0, pending: 0 };
  return reason === undefined ? nothing : { ...nothing, reason };
}

function pending(kind: KindAbsence['kind'], count: number, reason: string): KindRemoval {
  return { kind, action: 'pending', count, pending: 0, reason };
}

function held(
  kind: KindAbsence['kind'],
  count: number,
  pendingCount: number,
  { cause, reason }: { cause: HoldCause; reason: string },
): KindRemoval {
  return { kind, action: 'hold', cause, count, pending: pendingCount, reason };
}
