import { FINGERPRINT_VERSION, emptyTotals, fingerprintItem } from '@catalogue-sync/catalogue';
import type { CatalogueItem, ItemId, ItemKind, Scope } from '@catalogue-sync/contracts';
import type { EventDraft } from '../event-log/event-draft.js';
import { itemAdded, itemUpdated } from '../event-log/event-draft.js';
import type { ItemStateWrite, KnownItem } from '../item-state/item-state.store.js';

/** A known item whose categories look different: what its row said, to be compared when the scope ends. */
export interface DeferredRow {
  id: ItemId;
  /** The run's first row of the item; its fields count. A later row only adds categories. */
  firstOfRun: boolean;
  fingerprint: Buffer;
  categoryIds: string[];
  payload: string;
}

export interface RowPlan {
  drafts: EventDraft[];
  /** States of items that are not known. */
  news: ItemStateWrite[];
  /** States of known ones. */
  writes: ItemStateWrite[];
  deferred: DeferredRow[];
  added: Record<ItemKind, number>;
  updated: Record<ItemKind, number>;
  unchanged: Record<ItemKind, number>;
  /** Ids this batch saw for the first time in the run. */
  newlySeen: ItemId[];
  /** Those by kind. */
  seen: Record<ItemKind, number>;
}

export interface PlanContext {
  scope: Scope;
  known: ReadonlyMap<ItemId, KnownItem>;
  /** Whether an earlier batch of this run saw the item. */
  seenBefore: (id: ItemId) => boolean;
  /** Items of which an earlier batch deferred the first row. */
  deferredBefore: ReadonlySet<ItemId>;
}

/**
 * Decides what a batch of mapped rows changes. The run's first row of an item decides its fields; further rows only add categories.
 * A known item whose categories differ is deferred as a whole, so that it gets one event when all its rows are in.
 */
export function planRows(rows: readonly CatalogueItem[], context: PlanContext): RowPlan {
  const plan: RowPlan = {
    drafts: [],
    news: [],
    writes: [],
    deferred: [],
    added: emptyTotals(),
    updated: emptyTotals(),
    unchanged: emptyTotals(),
    newlySeen: [],
    seen: emptyTotals(),
  };
  for (const item of mergeRepeats(rows)) {
    const known = context.known.get(item.id);
    if (known && context.seenBefore(item.id)) {
      planRepeat(plan, item, known, context);
      continue;
    }
    plan.newlySeen.push(item.id);
    plan.seen[item.kind] += 1;
    if (!known) planNew(plan, item, context.scope);
    else planKnown(plan, item, known, context.scope);
  }
  return plan;
}

/** The batch's rows by item: the first row's fields, the categories of all. */
function mergeRepeats(rows: readonly CatalogueItem[]): Iterable<CatalogueItem> {
  const byId = new Map<ItemId, CatalogueItem>();
  for (const row of rows) {
    const first = byId.get(row.id);
    byId.set(row.id, first ? { ...first, categoryIds: union(first.categoryIds, row.categoryIds) } : row);
  }
  return byId.values();
}

function planNew(plan: RowPlan, item: CatalogueItem, scope: Scope): void {
  plan.added[item.kind] += 1;
  plan.drafts.push(itemAdded(item));
  plan.news.push(stateOf(item, fingerprintItem(item), [scope]));
}

function planKnown(plan: RowPlan, item: CatalogueItem, known: KnownItem, scope: Scope): void {
  const fingerprint = fingerprintItem(item);
  const scopes = known.scopes.includes(scope) ? known.scopes : [...known.scopes, scope];
  if (!sameIds(item.categoryIds, known.categoryIds)) {
    plan.deferred.push(deferredRow(item, fingerprint, true));
    return;
  }
  const sameFields = known.fingerprint.equals(fingerprint);
  if (sameFields && known.fingerprintVersion === FINGERPRINT_VERSION) {
    plan.unchanged[item.kind] += 1;
    // An item that was absent and is back, or is listed by a further scope: its row is set right, nobody is told.
    if (known.missing || scopes !== known.scopes) plan.writes.push(stateOf(item, fingerprint, scopes));
    return;
  }
  const reason = known.fingerprintVersion === FINGERPRINT_VERSION ? 'changed' : 'remapped';
  plan.updated[item.kind] += 1;
  plan.drafts.push(itemUpdated(item, reason));
  plan.writes.push(stateOf(item, fingerprint, scopes));
}

function planRepeat(plan: RowPlan, item: CatalogueItem, known: KnownItem, context: PlanContext): void {
  const addsCategory = item.categoryIds.some((id) => !known.categoryIds.includes(id));
  if (addsCategory || context.deferredBefore.has(item.id)) {
    plan.deferred.push(deferredRow(item, fingerprintItem(item), false));
  }
}

function deferredRow(item: CatalogueItem, fingerprint: Buffer, firstOfRun: boolean): DeferredRow {
  return {
    id: item.id,
    firstOfRun,
    fingerprint,
    categoryIds: item.categoryIds,
    payload: JSON.stringify(item),
  };
}

function stateOf(item: CatalogueItem, fingerprint: Buffer, scopes: Scope[]): ItemStateWrite {
  return { id: item.id, kind: item.kind, fingerprint, scopes, categoryIds: item.categoryIds };
}

/** Sorted union of sorted id lists. */
export function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort();
}

/** Whether two sorted id lists hold the same ids. */
export function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
