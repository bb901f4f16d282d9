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
import type { CatalogueItem, ItemKind } from './item.js';
import type { AskedItem, EpisodeList, StreamAddress } from './playback.js';
import type { Rebuild } from './rebuild.js';
import type { HeldItem, HeldRemoval, RemovalState } from './removals.js';
import type { Schedule, SchedulePreview, ScheduleSettings, ScheduleSuggestion } from './schedules.js';
import type { ReplacedSecret, Webhook, WebhookChange, WebhookDelivery, WebhookSettings } from './webhooks.js';

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
  getEpisodes: 'fetcher.get-episodes',
  getMovieDetails: 'fetcher.get-movie-details',
  resolveStream: 'fetcher.resolve-stream',
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
  restoreSnapshot: 'snapshot.restore-version',
  liftSnapshotPin: 'snapshot.lift-pin',
  startRebuild: 'snapshot.start-rebuild',
  getRebuild: 'snapshot.get-rebuild',
  listSchedules: 'scheduler.list-schedules',
  createSchedule: 'scheduler.create-schedule',
  updateSchedule: 'scheduler.update-schedule',
  deleteSchedule: 'scheduler.delete-schedule',
  previewSchedule: 'scheduler.preview-schedule',
  suggestSchedule: 'scheduler.suggest-schedule',
  listWebhooks: 'notifier.list-webhooks',
  createWebhook: 'notifier.create-webhook',
  updateWebhook: 'notifier.update-webhook',
  replaceWebhookSecret: 'notifier.replace-webhook-secret',
  deleteWebhook: 'notifier.delete-webhook',
  testWebhook: 'notifier.test-webhook',
  listDeliveries: 'notifier.list-deliveries',
  redeliver: 'notifier.redeliver',
} as const;

/** Requests that change nothing and ask no provider: where no answer comes, they may be sent again. */
export const REPEATABLE_REQUESTS: ReadonlySet<RequestPattern> = new Set([
  REQUEST.listProviders,
  REQUEST.getProvider,
  REQUEST.getSyncStatus,
  REQUEST.listJobs,
  REQUEST.getJob,
  REQUEST.getSweep,
  REQUEST.getEvents,
  REQUEST.listRemovals,
  REQUEST.getRemoval,
  REQUEST.listDeadLetters,
  REQUEST.getSnapshotPosition,
  REQUEST.getRebuild,
  REQUEST.listSchedules,
  REQUEST.previewSchedule,
  REQUEST.suggestSchedule,
  REQUEST.listWebhooks,
  REQUEST.listDeliveries,
]);

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
  /** Asks the provider, unless it was asked some minutes ago. */
  [REQUEST.getEpisodes]: [{ providerId: ProviderId; item: AskedItem }, EpisodeList];
  /** What the provider tells of a movie when asked for it alone; without `details` where it tells no more than its list does. */
  [REQUEST.getMovieDetails]: [{ providerId: ProviderId; item: AskedItem }, { details?: CatalogueItem }];
  /** Where an item, or an episode of it, can be played now. The answer may hold the provider's secrets. */
  [REQUEST.resolveStream]: [
    {
      providerId: ProviderId;
      item: AskedItem;
      /** `id` of an episode, where the item is a series. */
      episodeId?: string;
      /** File extension that the player asks for: "m3u8"; counts where the provider offers several. */
      extension?: string;
    },
    StreamAddress,
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
  /** Has an older kept version served, and kept, until the pin is lifted. */
  [REQUEST.restoreSnapshot]: [{ providerId: ProviderId; version: number }, { servedVersion: number }];
  /** The newest version is served again; none before the first one. */
  [REQUEST.liftSnapshotPin]: [{ providerId: ProviderId }, { servedVersion?: number }];
  /** Folds the log anew beside the live catalogue and puts right what differs; gives the one that runs where there is one. */
  [REQUEST.startRebuild]: [{ providerId: ProviderId }, { rebuild: Rebuild }];
  /** The last one. */
  [REQUEST.getRebuild]: [{ providerId: ProviderId }, { rebuild?: Rebuild }];
  [REQUEST.listSchedules]: [{ providerId: ProviderId }, { schedules: Schedule[] }];
  [REQUEST.createSchedule]: [{ providerId: ProviderId } & Partial<ScheduleSettings>, Schedule];
  [REQUEST.updateSchedule]: [
    { providerId: ProviderId; scheduleId: string } & Partial<ScheduleSettings>,
    Schedule,
  ];
  [REQUEST.deleteSchedule]: [{ providerId: ProviderId; scheduleId: string }, { deleted: boolean }];
  /** Saves nothing. */
  [REQUEST.previewSchedule]: [{ cron: string; timeZone: string; count: number }, SchedulePreview];
  [REQUEST.suggestSchedule]: [{ providerId: ProviderId }, ScheduleSuggestion];
  [REQUEST.listWebhooks]: [Record<string, never>, { webhooks: Webhook[] }];
  [REQUEST.createWebhook]: [WebhookSettings & { secret?: string }, { webhook: Webhook; secret: string }];
  [REQUEST.updateWebhook]: [{ webhookId: string } & WebhookChange, Webhook];
  [REQUEST.replaceWebhookSecret]: [
    { webhookId: string; oldValidHours: number; secret?: string },
    ReplacedSecret,
  ];
  [REQUEST.deleteWebhook]: [{ webhookId: string }, { deleted: boolean }];
  /** Delivers a test message at once, and answers how it went. */
  [REQUEST.testWebhook]: [{ webhookId: string }, WebhookDelivery];
  [REQUEST.listDeliveries]: [
    { webhookId: string; cursor?: string; limit: number },
    { deliveries: WebhookDelivery[]; nextCursor?: string },
  ];
  [REQUEST.redeliver]: [{ webhookId: string; deliveryId: string }, WebhookDelivery];
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
  /** From here on nothing is missing; what is missing before it was superseded. 1, also when absent: nothing was trimmed. */
  firstSeq?: number;
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
  /** `asOfSeq` of the oldest version that is kept: whoever loads it needs every event behind. Absent when there is none. */
  oldestKeptSeq?: number;
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
