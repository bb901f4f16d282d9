import type { HeldSet, NoticeType, ProviderId, SyncFinished, SyncNotice } from '@catalogue-sync/contracts';

/** Something to tell: once to every webhook that chose one of its types. */
export interface Notice {
  /** The same whenever it is told of the same thing. */
  key: string;
  providerId: ProviderId;
  /** What it can be told as, the most telling first: a webhook gets the first one that it chose. */
  types: readonly NoticeType[];
  /** When it happened, ISO 8601. */
  at: string;
  data: object;
}

/**
 * All that a sync came to, as one notice. Held removals ask for a decision and come first; a cancelled sync is told of only when it held some.
 */
export function noticeOfSync(
  fact: SyncFinished,
  at: string,
  { heldRemovals, recovered }: Pick<SyncNotice, 'heldRemovals' | 'recovered'>,
): Notice {
  const { providerId, jobId, outcome, reason, counts, snapshotVersion, seconds } = fact;
  const data: SyncNotice = {
    providerId,
    jobId,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    counts,
    ...(snapshotVersion === undefined ? {} : { snapshotVersion }),
    seconds,
    heldRemovals,
    recovered,
  };
  const types: NoticeType[] = [
    ...(outcome === 'failed' ? (['sync.failed'] as const) : []),
    ...(heldRemovals.length > 0 ? (['removal.held'] as const) : []),
    ...(recovered ? (['provider.recovered'] as const) : []),
    ...(outcome === 'partial' ? (['sync.partial'] as const) : []),
    ...(outcome === 'completed' ? (['sync.finished'] as const) : []),
  ];
  return { key: `sync:${jobId}`, providerId, types, at, data };
}

/** A hold that became known after its sync was told of. */
export function noticeOfHold(
  jobId: SyncFinished['jobId'],
  providerId: ProviderId,
  at: string,
  held: HeldSet,
): Notice {
  const data = { providerId, jobId, heldRemovals: [held] };
  return { key: `hold:${jobId}:${held.digest}`, providerId, types: ['removal.held'], at, data };
}

/** The type that a webhook with these `events` gets the notice as; undefined when it gets none. */
export function typeFor({ types }: Notice, events: readonly NoticeType[]): NoticeType | undefined {
  return types.find((type) => events.includes(type));
}
