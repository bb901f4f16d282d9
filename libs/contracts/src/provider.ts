import type { JobId, ProviderId } from './ids.js';
import type { ItemKind } from './item.js';
import type { Protocol, Scope, SyncMode } from './scope.js';
import type { CountsByKind, JobOutcome, ScopeOutcome } from './events.js';
import type { RemovalGuard } from './pages.js';

/** How to reach and log in to a provider. Everything here may be secret; it is stored encrypted and appears in no answer. */
export type ProviderConnection = StalkerConnection | XtreamConnection | M3uConnection;

export interface StalkerConnection {
  protocol: 'stalker';
  /** What the user has: the portal's page (`http://h/c/`), its `.php` endpoint, or the bare host. */
  url: string;
  /** `00:1A:79:xx:xx:xx`. */
  mac: string;
  login?: string;
  password?: string;
  serialNumber?: string;
  deviceId?: string;
  deviceId2?: string;
  /** `stb_lang` cookie; frozen per provider, because it changes texts in the data. Default `en`. */
  language?: string;
  /** PHP time zone for the `timezone` cookie; frozen per provider. Default `UTC`. */
  timezone?: string;
  userAgent?: string;
}

export interface XtreamConnection {
  protocol: 'xtream';
  /** Base URL of the panel, without `player_api.php`. */
  url: string;
  username: string;
  password: string;
  userAgent?: string;
}

export interface M3uConnection {
  protocol: 'm3u';
  /** The playlist's URL, credentials in its query or path included. */
  url: string;
  userAgent?: string;
}

/** How a provider is treated. */
export interface ProviderSettings {
  /** Requests per second at most. */
  requestsPerSecond: number;
  /** Requests under way at once at most. */
  parallelRequests: number;
  /** Complete runs in a row that must miss an item before it is removed. */
  removalConfirmations: number;
  /** Of a kind's items in a scope, percent: one run removes no more (and no more than 50 items where that is more) without being asked to. */
  removalGuardPercent: number;
  /** The same within seven days. */
  removalGuardWeekPercent: number;
  /** A body that sends nothing for this long is given up, ms. */
  idleTimeoutMs: number;
  /** Bytes of one provider answer at most, after decompression. */
  maxBodyBytes: number;
  /** After so many hours a scope is read in full again: the regular syncs may have missed something. */
  fullEveryHours: number;
  /** Tries of a scope within one job, the first one included. */
  scopeAttempts: number;
  /** A job that still fetches after so many minutes ends what it has not fetched as failed. */
  jobDeadlineMinutes: number;
}

/** The figures come from deletions that other systems got wrong (PROVIDERS D.4). */
export const DEFAULT_REMOVAL_GUARD: Readonly<RemovalGuard> = { inOneRun: 20, inSevenDays: 30 };

const GUARD = {
  removalGuardPercent: DEFAULT_REMOVAL_GUARD.inOneRun,
  removalGuardWeekPercent: DEFAULT_REMOVAL_GUARD.inSevenDays,
};
const PATIENCE = { fullEveryHours: 168, scopeAttempts: 3, jobDeadlineMinutes: 24 * 60 };

/** PROVIDERS.md A.13 and B.11: polite to a panel's flood rules. */
export const DEFAULT_PROVIDER_SETTINGS: Record<Protocol, ProviderSettings> = {
  stalker: {
    requestsPerSecond: 4,
    parallelRequests: 2,
    removalConfirmations: 2,
    idleTimeoutMs: 30_000,
    maxBodyBytes: 2_000_000_000,
    ...GUARD,
    ...PATIENCE,
  },
  xtream: {
    requestsPerSecond: 2,
    parallelRequests: 1,
    removalConfirmations: 1,
    idleTimeoutMs: 60_000,
    maxBodyBytes: 2_000_000_000,
    ...GUARD,
    ...PATIENCE,
  },
  m3u: {
    requestsPerSecond: 1,
    parallelRequests: 1,
    removalConfirmations: 2,
    idleTimeoutMs: 60_000,
    maxBodyBytes: 2_000_000_000,
    ...GUARD,
    ...PATIENCE,
  },
};

export type ProviderState = 'active' | 'deleting';

/** A provider as the outside sees it: no credentials. */
export interface ProviderView {
  id: ProviderId;
  name: string;
  protocol: Protocol;
  /** Scheme, host and port only: paths and queries may carry credentials. */
  origin: string;
  state: ProviderState;
  settings: ProviderSettings;
  createdAt: string;
  updatedAt: string;
  /** The active job, if one is. */
  activeJobId?: JobId;
}

export type JobState = 'queued' | 'fetching' | 'reconciling' | 'publishing' | JobOutcome;
export const ACTIVE_JOB_STATES = [
  'queued',
  'fetching',
  'reconciling',
  'publishing',
] as const satisfies readonly JobState[];

/** One scope of a job, for progress and history. */
export interface ScopeProgress {
  scope: Scope;
  mode: SyncMode;
  /** Why this mode, in words. */
  modeReason: string;
  state: 'waiting' | 'fetching' | 'fetched' | 'reconciled';
  outcome?: ScopeOutcome;
  reason?: string;
  /** Tries so far, and how many there will be at most. */
  attempt: number;
  attempts: number;
  /** Requests to the provider that make up the scope (Stalker: portal pages), and how many are done; total absent while unknown. */
  pagesDone: number;
  pagesTotal?: number;
  /** Item rows fetched, and how many the provider declared. */
  itemsFetched: number;
  itemsTotal?: number;
  itemsReconciled: number;
}

export interface SyncJobView {
  id: JobId;
  providerId: ProviderId;
  state: JobState;
  trigger: string;
  requestedMode: SyncMode | 'auto';
  /** Only these scopes were asked for; absent when all are. */
  onlyScopes?: Scope[];
  /** In words, when the job did not simply complete. */
  reason?: string;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  cancelRequested: boolean;
  scopes: ScopeProgress[];
  counts: CountsByKind;
  /** The version the job sealed, or confirmed. */
  snapshotVersion?: number;
  /** False when the job changed nothing and only confirmed the version. */
  snapshotChanged?: boolean;
}

export interface SyncStatus {
  providerId: ProviderId;
  totals: Record<ItemKind, number>;
  /** ISO 8601; when the last job that completed the kind's scope ended. */
  lastSyncChannels?: string;
  lastSyncMovies?: string;
  lastSyncSeries?: string;
  /** Per kind the newest moment at which the provider says an item was added or modified, ISO 8601. */
  watermarks: Partial<Record<ItemKind, string>>;
  /** The provider is left alone until then, and why. */
  coolDown?: { until: string; reason: string };
  activeJob?: SyncJobView;
  lastJob?: SyncJobView;
}

/** What a connection test found, step by step. */
export interface ConnectionReport {
  ok: boolean;
  protocol: Protocol;
  steps: { name: 'reach' | 'login' | 'count'; ok: boolean; detail: string; milliseconds: number }[];
  account?: { status?: string; expiresAt?: string; maxConnections?: number; activeConnections?: number };
  counts?: Partial<Record<ItemKind | 'vod', number>>;
  /** Code and plain fix when not ok. */
  error?: { code: string; message: string };
}
