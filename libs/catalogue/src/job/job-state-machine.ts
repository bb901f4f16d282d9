import type { JobOutcome, JobState } from '@catalogue-sync/contracts';

/** What may happen to a sync job. */
export type JobEvent =
  /** A fetcher took the job. */
  | { type: 'started' }
  /** Its scopes are fetched, failed or cancelled. */
  | { type: 'fetched' }
  /** The reconciler has appended `JobReconciled`. */
  | { type: 'reconciled' }
  /** The snapshot service has sealed or confirmed a version. */
  | { type: 'published'; outcome: JobOutcome }
  /** It cannot go on: the provider never opened, or nothing came of it. */
  | { type: 'failed' }
  /** A cancel was carried out before there was anything to reconcile, or the provider is being deleted. */
  | { type: 'cancelled' };
export type JobEventType = JobEvent['type'];

/** Thrown by `transition`: the event cannot happen in that state. A caller that may see an event twice checks the state first. */
export class IllegalTransitionError extends Error {
  override readonly name = 'IllegalTransitionError';
  constructor(
    readonly state: JobState,
    readonly event: JobEventType,
  ) {
    super(`A ${state} job cannot be ${event}: reload the job, it has moved on`);
  }
}

type Next = JobState | 'by-outcome' | 'illegal';

const ENDED: Record<JobEventType, Next> = {
  started: 'illegal',
  fetched: 'illegal',
  reconciled: 'illegal',
  published: 'illegal',
  failed: 'illegal',
  cancelled: 'illegal',
};

/** Every state and event: a gap does not compile. */
const TRANSITIONS: Record<JobState, Record<JobEventType, Next>> = {
  queued: {
    started: 'fetching',
    fetched: 'illegal',
    reconciled: 'illegal',
    published: 'illegal',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  fetching: {
    // A take-over after a crash starts a job that is fetching already.
    started: 'fetching',
    fetched: 'reconciling',
    // News of others may overtake our own: we told them all was fetched, and fell before we wrote it down.
    reconciled: 'publishing',
    published: 'by-outcome',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  reconciling: {
    started: 'illegal',
    fetched: 'illegal',
    reconciled: 'publishing',
    published: 'by-outcome',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  publishing: {
    started: 'illegal',
    fetched: 'illegal',
    reconciled: 'illegal',
    published: 'by-outcome',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  completed: ENDED,
  partial: ENDED,
  failed: ENDED,
  cancelled: ENDED,
};

/**
 * The state of a job after an event. Says nothing about effects: storing the state, publishing and releasing are the caller's.
 * Throws `IllegalTransitionError` on a move that is not in the table.
 */
export function transition(state: JobState, event: JobEvent): JobState {
  const next = TRANSITIONS[state][event.type];
  if (next === 'illegal') throw new IllegalTransitionError(state, event.type);
  if (next !== 'by-outcome') return next;
  if (event.type !== 'published') throw new IllegalTransitionError(state, event.type);
  return event.outcome;
}

/** Whether `transition` would accept the event. */
export function canTransition(state: JobState, event: JobEventType): boolean {
  return TRANSITIONS[state][event] !== 'illegal';
}
