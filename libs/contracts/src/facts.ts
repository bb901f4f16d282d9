import type { JobId, ProviderId } from './ids.js';
import type { ItemKind } from './item.js';
import type { Scope } from './scope.js';
import type { CountsByKind, JobOutcome } from './events.js';

/** Facts that services tell each other and the outside; each goes through its owner's outbox. */
export const FACT_TYPE = {
  syncStarted: 'catalogue.sync-started.v1',
  syncFinished: 'catalogue.sync-finished.v1',
  snapshotPublished: 'catalogue.snapshot-published.v1',
  snapshotConfirmed: 'catalogue.snapshot-confirmed.v1',
  removalHeld: 'catalogue.removal-held.v1',
  providerPurged: 'catalogue.provider-purged.v1',
} as const;
export type FactType = (typeof FACT_TYPE)[keyof typeof FACT_TYPE];

export interface SyncStarted {
  providerId: ProviderId;
  jobId: JobId;
  trigger: string;
}

export interface SyncFinished {
  providerId: ProviderId;
  jobId: JobId;
  outcome: JobOutcome;
  reason?: string;
  counts: CountsByKind;
  snapshotVersion?: number;
  /** Seconds from start to end. */
  seconds: number;
}

/** A new snapshot version is current. */
export interface SnapshotPublished {
  providerId: ProviderId;
  jobId: JobId;
  version: number;
  asOfSeq: number;
  /** Bytes of the whole document, gzip and plain. */
  compressedBytes: number;
  plainBytes: number;
  totals: Record<ItemKind, number>;
}

/** The job changed nothing: the current version (absent before the first) was confirmed. */
export interface SnapshotConfirmed {
  providerId: ProviderId;
  jobId: JobId;
  version?: number;
  asOfSeq: number;
}

/**
 * Why a removal is held: too great a share at once, or within seven days; an empty answer; or the first rows of a run were mostly unknown,
 * as if the provider had given its items new ids.
 */
export type HoldCause = 'share' | 'week' | 'empty-answer' | 'suspected-renumbering';

export interface RemovalHeld {
  providerId: ProviderId;
  jobId: JobId;
  scope: Scope;
  kind: ItemKind | 'category';
  cause: HoldCause;
  /** Names the set that is held; what an approval or a rejection names. */
  digest: string;
  count: number;
  reason: string;
}

/** A service has removed all it kept of a deleted provider. */
export interface ProviderPurged {
  providerId: ProviderId;
  service: string;
}
