import type { JobId, ProviderId } from './ids.js';
import type { CountsByKind, ScopeOutcome } from './events.js';
import type {
  ConnectionReport,
  ProviderConnection,
  ProviderSettings,
  ProviderView,
  SyncJobView,
  SyncStatus,
} from './provider.js';
import type { Scope, SyncMode } from './scope.js';
import type { ItemKind } from './item.js';
import type { HoldCause } from './facts.js';

/** Request/reply over core NATS, by owner. Handlers are `@MessagePattern(REQUEST.x)`; failures travel as `ErrorBody`. */
export const REQUEST = {
  createProvider: 'fetcher.create-provider',
  listProviders: 'fetcher.list-providers',
  getProvider: 'fetcher.get-provider',
  updateProvider: 'fetcher.update-provider',
  deleteProvider: 'fetcher.delete-provider',
  resetProvider: 'fetcher.reset-provider',
  testProvider: 'fetcher.test-provider',
  startSync: 'fetcher.start-sync',
  cancelSync: 'fetcher.cancel-sync',
  getSyncStatus: 'fetcher.get-sync-status',
  listJobs: 'fetcher.list-jobs',
  getJob: 'fetcher.get-job',
  retryJob: 'fetcher.retry-job',
  getSweep: 'reconciler.get-sweep',
  deleteCatalogue: 'reconciler.delete-catalogue',
  getEvents: 'reconciler.get-events',
  cancelJob: 'reconciler.cancel-job',
  listRemovals: 'reconciler.list-removals',
  getRemoval: 'reconciler.get-removal',
  decideRemoval: 'reconciler.decide-removal',
  listDeadLetters: 'reconciler.list-dead-letters',
  replayDeadLetter: 'reconciler.replay-dead-letter',
  getSnapshotPosition: 'snapshot.get-position',
  listSchedules: 'scheduler.list-schedules',
  createSchedule: 'scheduler.create-schedule',
  updateSchedule: 'scheduler.update-schedule',
  deleteSchedule: 'scheduler.delete-schedule',
  previewSchedule: 'scheduler.preview-schedule',
  suggestSchedule: 'scheduler.suggest-schedule',
} as const;

/** Request and reply of each pattern. */
export interface RequestMap {
  [REQUEST.createProvider]: [
    { name: string; connection: ProviderConnection; settings?: Partial<ProviderSettings> },
    ProviderView,
  ];
  [REQUEST.listProviders]: [
    { cursor?: string; limit: number },
    { providers: ProviderView[]; nextCursor?: string },
  ];
  [REQUEST.getProvider]: [{ providerId: ProviderId }, ProviderView];
  [REQUEST.updateProvider]: [
    {
      providerId: ProviderId;
      name?: string;
      settings?: Partial<ProviderSettings>;
      connection?: ProviderConnection;
      /** Required true when `connection` changes and the provider is not reset: it still is the same catalogue. */
      sameCatalogue?: boolean;
    },
    ProviderView,
  ];
  [REQUEST.deleteProvider]: [
    { providerId: ProviderId },
    { providerId: ProviderId; state: 'deleting' | 'deleted' },
  ];
  [REQUEST.resetProvider]: [{ providerId: ProviderId }, ProviderView];
  [REQUEST.testProvider]: [{ providerId?: ProviderId; connection?: ProviderConnection }, ConnectionReport];
  [REQUEST.startSync]: [
    { providerId: ProviderId; mode: SyncMode | 'auto'; trigger: string; scopes?: Scope[] },
    { job: SyncJobView; started: boolean },
  ];
  [REQUEST.cancelSync]: [{ providerId: ProviderId }, { job: SyncJobView }];
  [REQUEST.getSyncStatus]: [{ providerId: ProviderId }, SyncStatus];
  [REQUEST.listJobs]: [
    { providerId: ProviderId; cursor?: string; limit: number },
    { jobs: SyncJobView[]; nextCursor?: string },
  ];
  [REQUEST.getJob]: [{ providerId: ProviderId; jobId: JobId }, SyncJobView];
  /** Starts a job that repeats only the scopes of `jobId` that did not complete. */
  [REQUEST.retryJob]: [
    { providerId: ProviderId; jobId: JobId; trigger: string },
    { job: SyncJobView; started: boolean },
  ];
  [REQUEST.getSweep]: [{ providerId: ProviderId; jobId: JobId }, SweepReport];
  [REQUEST.deleteCatalogue]: [{ providerId: ProviderId }, { done: boolean }];
  [REQUEST.getEvents]: [{ providerId: ProviderId; after: number; limit: number }, EventSlice];
  /** What of the job was not taken in yet is passed over, and its scopes end as cancelled. */
  [REQUEST.cancelJob]: [{ providerId: ProviderId; jobId: JobId }, { done: boolean }];
  [REQUEST.listRemovals]: [
    { providerId: ProviderId; state?: RemovalState; cursor?: string; limit: number },
    { removals: HeldRemoval[]; nextCursor?: string },
  ];
  [REQUEST.getRemoval]: [
    { providerId: ProviderId; digest: string; cursor?: string; limit: number },
    { removal: HeldRemoval; items: HeldItem[]; nextCursor?: string },
  ];
  [REQUEST.decideRemoval]: [
    { providerId: ProviderId; digest: string; decision: 'approve' | 'reject'; decidedBy: string },
    { removal: HeldRemoval; removed: number },
  ];
  [REQUEST.listDeadLetters]: [
    { providerId: ProviderId; cursor?: string; limit: number },
    { deadLetters: DeadLetter[]; nextCursor?: string },
  ];
  [REQUEST.replayDeadLetter]: [
    { providerId: ProviderId; id: string; trigger: string },
    { outcome: 'replayed' | 'sync-started'; jobId?: JobId },
  ];
  [REQUEST.getSnapshotPosition]: [{ providerId: ProviderId }, SnapshotPosition];
  [REQUEST.listSchedules]: [{ providerId: ProviderId }, { schedules: Schedule[] }];
  [REQUEST.createSchedule]: [{ providerId: ProviderId } & Partial<ScheduleSettings>, Schedule];
  [REQUEST.updateSchedule]: [
    { providerId: ProviderId; scheduleId: string } & Partial<ScheduleSettings>,
    Schedule,
  ];
  [REQUEST.deleteSchedule]: [{ providerId: ProviderId; scheduleId: string }, { deleted: boolean }];
  /** Saves nothing. */
  [REQUEST.previewSchedule]: [{ cron: string; timeZone: string; count: number }, { nextRuns: string[] }];
  [REQUEST.suggestSchedule]: [{ providerId: ProviderId }, ScheduleSuggestion];
}
export type RequestPattern = keyof RequestMap;

/** Where the reconciler stands with a job: the truth behind the `PageReconciled` hints. */
export interface SweepReport {
  scopes: {
    scope: Scope;
    runToken: number;
    /** Pages (ordinals) taken in so far. */
    pages: number;
    itemRows: number;
    /** Items and categories taken in so far that were new or differed from what was known. */
    changed: number;
    closed: boolean;
    outcome?: ScopeOutcome;
    reason?: string;
    counts: CountsByKind;
  }[];
  /** The job's `JobReconciled` is in the log. */
  jobReconciled: boolean;
}

/** Raw events of a provider's log, in order, for back-filling a gap. At most 800 kB of bodies; `data` is the raw JSON text. */
export interface EventSlice {
  events: StoredEvent[];
  /** The log's last sequence number. */
  head: number;
}
export interface StoredEvent {
  seq: number;
  type: string;
  time: string;
  kind?: ItemKind;
  subject?: string;
  jobId?: JobId;
  reason?: string;
  data: string;
}

export interface SnapshotPosition {
  /** Last sequence number that was folded. */
  foldedSeq: number;
  currentVersion?: number;
  /** The job whose `JobReconciled` was folded last, and whether it changed the snapshot. */
  lastJobId?: JobId;
  lastJobChanged?: boolean;
  totals: Record<ItemKind, number>;
}

/** Core NATS hint that pages were reconciled; losing one costs nothing but time. */
export interface PageReconciledHint {
  jobId: JobId;
  scope: Scope;
  runToken: number;
  pages: number;
  /** Items and categories in them that were new or differed from what was known. */
  changed: number;
}

export const REMOVAL_STATES = ['held', 'approved', 'rejected', 'superseded', 'lapsed'] as const;
/**
 * `held` waits for a decision; `superseded`: a newer set of the same scope and kind took its place; `lapsed`: a later complete run had nothing to
 * hold any more.
 */
export type RemovalState = (typeof REMOVAL_STATES)[number];

/** A removal that is held back until an operator decides. */
export interface HeldRemoval {
  digest: string;
  scope: Scope;
  kind: ItemKind | 'category';
  cause: HoldCause;
  state: RemovalState;
  /** Items or categories in the set; with a suspected renumbering, what the scope lists. */
  count: number;
  /** Those of them that are still absent, and that an approval would remove. */
  stillAbsent: number;
  /** In words, with figures. */
  reason: string;
  jobId: JobId;
  createdAt: string;
  decidedAt?: string;
  decidedBy?: string;
}

/** One of a held set; the name is the one of its last event. */
export interface HeldItem {
  id: string;
  name?: string;
  /** Whether it is still absent. */
  absent: boolean;
}

/** A message that could not be handled. */
export interface DeadLetter {
  id: string;
  type: string;
  reason: string;
  parkedAt: string;
  scope?: Scope;
  runToken?: number;
  ordinal?: number;
  replayedAt?: string;
}

/** When a provider is synced by itself. */
export interface ScheduleSettings {
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: string;
  /** Of the IANA database: whose clocks `cron` is read on. */
  timeZone: string;
  /** A run starts up to so many seconds late, at random. */
  jitterSeconds: number;
  mode: SyncMode | 'auto';
  paused: boolean;
}
export interface Schedule extends ScheduleSettings {
  id: string;
  /** When it is due next; absent while it is paused. */
  nextRunAt?: string;
}

/** How often a provider should be synced, judged by its past syncs. */
export interface ScheduleSuggestion {
  /** Absent while too little is known. */
  intervalMs?: number;
  /** Syncs that it was judged by, and those of them that found a change. */
  syncs: number;
  changed: number;
}
