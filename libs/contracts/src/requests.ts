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
  getSweep: 'reconciler.get-sweep',
  deleteCatalogue: 'reconciler.delete-catalogue',
  getEvents: 'reconciler.get-events',
  getSnapshotPosition: 'snapshot.get-position',
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
    { providerId: ProviderId; mode: SyncMode | 'auto'; trigger: string },
    { job: SyncJobView; started: boolean },
  ];
  [REQUEST.cancelSync]: [{ providerId: ProviderId }, { job: SyncJobView }];
  [REQUEST.getSyncStatus]: [{ providerId: ProviderId }, SyncStatus];
  [REQUEST.listJobs]: [
    { providerId: ProviderId; cursor?: string; limit: number },
    { jobs: SyncJobView[]; nextCursor?: string },
  ];
  [REQUEST.getJob]: [{ providerId: ProviderId; jobId: JobId }, SyncJobView];
  [REQUEST.getSweep]: [{ providerId: ProviderId; jobId: JobId }, SweepReport];
  [REQUEST.deleteCatalogue]: [{ providerId: ProviderId }, { done: boolean }];
  [REQUEST.getEvents]: [{ providerId: ProviderId; after: number; limit: number }, EventSlice];
  [REQUEST.getSnapshotPosition]: [{ providerId: ProviderId }, SnapshotPosition];
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
}
