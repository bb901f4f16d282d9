import type { CountsByKind, JobOutcome } from './events.js';
import type { HoldCause } from './facts.js';
import type { JobId, ProviderId } from './ids.js';
import type { ItemKind } from './item.js';
import type { Scope } from './scope.js';

/** What a webhook can be told of. */
export const NOTICE_TYPES = [
  'sync.finished',
  'sync.partial',
  'sync.failed',
  'removal.held',
  'provider.stale',
  'provider.recovered',
] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** The body of a message, as Standard Webhooks has it. */
export interface NoticeBody {
  type: NoticeType | 'webhook.test';
  /** When it happened, ISO 8601. */
  timestamp: string;
  data: SyncNotice | StaleNotice | HoldNotice | { webhookId: string };
}

/** Of `sync.*`, and of `removal.held` and `provider.recovered` when a sync brought them: all there is to say of that sync. */
export interface SyncNotice {
  providerId: ProviderId;
  jobId: JobId;
  outcome: JobOutcome;
  /** In words, when it did not simply complete. */
  reason?: string;
  counts: CountsByKind;
  snapshotVersion?: number;
  seconds: number;
  /** Removals that this sync did not believe, and that wait for an operator. */
  heldRemovals: HeldSet[];
  /** The first complete sync after a failed one, or after the provider was stale. */
  recovered: boolean;
}

/** Of `removal.held`, for a hold that became known after its sync was told of. */
export interface HoldNotice {
  providerId: ProviderId;
  jobId: JobId;
  heldRemovals: HeldSet[];
}

export interface HeldSet {
  /** What an approval or a rejection names. */
  digest: string;
  scope: Scope;
  kind: ItemKind | 'category';
  cause: HoldCause;
  count: number;
  reason: string;
}

/** Of `provider.stale`: no sync has completed for so long. */
export interface StaleNotice {
  providerId: ProviderId;
  /** ISO 8601; absent when none ever did. */
  lastSuccessAt?: string;
  hours: number;
}

export interface WebhookSettings {
  /** http or https. */
  url: string;
  events: NoticeType[];
  /** Only of this provider; absent: of all. */
  providerId?: ProviderId;
  enabled: boolean;
}
export type WebhookChange = Partial<Omit<WebhookSettings, 'providerId'>> & {
  /** null: of all from now on. */
  providerId?: ProviderId | null;
};
export interface Webhook extends WebhookSettings {
  id: string;
  createdAt: string;
  /** Why it was switched off by itself. */
  disabledReason?: string;
}

/** The answer to a change of a webhook's secret, the only place where the new one stands. */
export interface ReplacedSecret {
  /** `whsec_` and base64. */
  secret: string;
  /** Until then messages carry the old secret's signature too, ISO 8601; absent: the old one is void. */
  oldValidUntil?: string;
}

/** `due` waits for its (next) attempt; `failed`: no attempt is left. */
export const DELIVERY_STATES = ['due', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A message on its way to a webhook. Its id is the `webhook-id` header, the same on every attempt. */
export interface WebhookDelivery {
  id: string;
  type: NoticeBody['type'];
  providerId?: ProviderId;
  state: DeliveryState;
  attempts: number;
  createdAt: string;
  lastAttemptAt?: string;
  /** Absent unless it is due. */
  nextAttemptAt?: string;
  /** HTTP status of the last attempt; absent when no answer came. */
  lastStatus?: number;
  /** Why the last attempt failed. */
  lastError?: string;
}
