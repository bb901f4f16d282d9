import type { ItemId, JobId, ProviderId } from './ids.js';
import type { CatalogueCategory, CatalogueItem, ItemKind } from './item.js';
import type { Scope, SyncMode } from './scope.js';

/** The sequenced events of a provider's log, by type. A published schema is never edited: a new version gets a new type and an upcaster. */
export const EVENT_TYPE = {
  itemAdded: 'catalogue.item-added.v1',
  itemUpdated: 'catalogue.item-updated.v1',
  itemRemoved: 'catalogue.item-removed.v1',
  categoryAdded: 'catalogue.category-added.v1',
  categoryUpdated: 'catalogue.category-updated.v1',
  categoryRemoved: 'catalogue.category-removed.v1',
  scopeReconciled: 'catalogue.scope-reconciled.v1',
  jobReconciled: 'catalogue.job-reconciled.v1',
  providerDeleted: 'catalogue.provider-deleted.v1',
} as const;
export type EventType = (typeof EVENT_TYPE)[keyof typeof EVENT_TYPE];

/** Why an item was updated: its fields changed, only its categories changed, or our mapper reads more than before. */
export type UpdateReason = 'changed' | 'recategorised' | 'remapped';

/** Body of `ItemAdded` and `ItemUpdated`: the item itself, whole. The reason of an update stands in the `reason` header. */
export type ItemAdded = CatalogueItem;
export type ItemUpdated = CatalogueItem;
export interface ItemRemoved {
  id: ItemId;
  kind: ItemKind;
  externalId: string;
}

export type CategoryAdded = CatalogueCategory;
export type CategoryUpdated = CatalogueCategory;
export interface CategoryRemoved {
  id: string;
  scope: Scope;
  externalId: string;
}

/** How many items of a kind a scope or job touched. */
export interface ChangeCounts {
  added: number;
  updated: number;
  removed: number;
  unchanged: number;
}
export type CountsByKind = Record<ItemKind | 'category', ChangeCounts>;

/** How a scope ended. Only `complete` may remove. */
export type ScopeOutcome = 'complete' | 'incomplete' | 'drifted' | 'not-modified' | 'failed' | 'cancelled';

export interface ScopeReconciled {
  jobId: JobId;
  scope: Scope;
  runToken: number;
  outcome: ScopeOutcome;
  /** In words, when the outcome is not `complete`, or when removals were held or await confirmation. */
  reason?: string;
  counts: CountsByKind;
  /** Rows that were set aside as malformed, and rows without a readable id. */
  malformedRows: number;
  /** Items that were absent and stay, because absence is not confirmed yet. */
  pendingRemovals: number;
  /** Items whose removal is held for approval. */
  heldRemovals: number;
}

/** How a job's fetching and reconciling ended, over all scopes. */
export type JobOutcome = 'completed' | 'partial' | 'failed' | 'cancelled';

/** What a scope of a job came to. */
export interface ReconciledScope {
  scope: Scope;
  mode: SyncMode;
  outcome: ScopeOutcome;
  reason?: string;
  /** Items that the run added. */
  added: number;
  /** Items and categories that are absent and stay until their absence is confirmed. */
  pendingRemovals: number;
  /** Items and categories whose removal waits for approval. */
  heldRemovals: number;
}

export interface JobReconciled {
  /** The sync job; for a removal that an operator approved, an id of its own. */
  jobId: JobId;
  cause: 'sync' | 'approval';
  outcome: JobOutcome;
  scopes: ReconciledScope[];
  counts: CountsByKind;
  /** Live items per kind after the job. */
  totals: Record<ItemKind, number>;
  /** Per kind the newest moment at which the provider says an item was added or modified, ISO 8601; kinds without one are left out. */
  watermarks: Partial<Record<ItemKind, string>>;
  /** Resolves item paths: origin and base path of the provider's images, without secrets. Absent when items carry absolute URLs. */
  imageBaseUrl?: string;
}

export interface ProviderDeleted {
  providerId: ProviderId;
}
