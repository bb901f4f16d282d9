import {
  EVENT_TYPE,
  type CatalogueCategory,
  type CatalogueItem,
  type EventType,
  type ItemKind,
  type JobReconciled,
  type ScopeReconciled,
  type UpdateReason,
} from '@catalogue-sync/contracts';

/** An event before it has a sequence number. `data` is the body as it will be published. */
export interface EventDraft {
  type: EventType;
  kind?: ItemKind;
  subject?: string;
  reason?: UpdateReason;
  data: string;
}

export const itemAdded = (item: CatalogueItem): EventDraft => ({
  type: EVENT_TYPE.itemAdded,
  kind: item.kind,
  subject: item.id,
  data: JSON.stringify(item),
});

export const itemUpdated = (item: CatalogueItem, reason: UpdateReason): EventDraft => ({
  type: EVENT_TYPE.itemUpdated,
  kind: item.kind,
  subject: item.id,
  reason,
  data: JSON.stringify(item),
});

export const categoryAdded = (category: CatalogueCategory): EventDraft => ({
  type: EVENT_TYPE.categoryAdded,
  subject: category.id,
  data: JSON.stringify(category),
});

export const categoryUpdated = (category: CatalogueCategory): EventDraft => ({
  type: EVENT_TYPE.categoryUpdated,
  subject: category.id,
  data: JSON.stringify(category),
});

export const scopeReconciled = (body: ScopeReconciled): EventDraft => ({
  type: EVENT_TYPE.scopeReconciled,
  data: JSON.stringify(body),
});

export const jobReconciled = (body: JobReconciled): EventDraft => ({
  type: EVENT_TYPE.jobReconciled,
  data: JSON.stringify(body),
});
