import type { ScopeOutcome } from '@catalogue-sync/contracts';

/** What decides whether a run of a scope proves absence (DESIGN section 5, points 1 and 2). */
export interface RunEvidence {
  /** How fetching ended, or `incomplete` when pages are missing at the reconciler. */
  outcome: ScopeOutcome;
  /** Why, when the outcome is not `complete`. */
  reason?: string;
  /** Rows of this run without a readable id, or otherwise set aside. */
  malformedRows: number;
  /** The same of the last complete run; undefined when there was none: then this run shows what the provider's habit is. */
  lastCompleteMalformedRows: number | undefined;
  /** Pages of this run that stand in the dead letters. */
  parkedPages: number;
}

/** Why a run proves nothing about absent items, in words; undefined when it does. A not-modified run proves what the last one proved. */
export function whyNoProof(run: RunEvidence): string | undefined {
  if (run.outcome !== 'complete' && run.outcome !== 'not-modified') {
    return run.reason ?? OUTCOME_REASON[run.outcome];
  }
  if (run.parkedPages > 0) {
    return `${counted(run.parkedPages, 'page')} could not be handled and ${run.parkedPages === 1 ? 'is' : 'are'} parked`;
  }
  const habit = run.lastCompleteMalformedRows ?? run.malformedRows;
  if (run.outcome === 'complete' && run.malformedRows > habit) {
    return `${counted(run.malformedRows, 'row')} could not be read, ${habit} in the last complete run: an absent item may be one of them`;
  }
  return undefined;
}

const OUTCOME_REASON: Record<Exclude<ScopeOutcome, 'complete' | 'not-modified'>, string> = {
  incomplete: 'not every page of the listing arrived',
  drifted: 'the listing changed while it was read',
  failed: 'the listing could not be fetched',
  cancelled: 'the run was cancelled',
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
