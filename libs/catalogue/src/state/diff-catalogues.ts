import { isDeepStrictEqual } from 'node:util';
import {
  EVENT_TYPE,
  type CatalogueCategory,
  type CatalogueItem,
  type CategoryRemoved,
  type ItemRemoved,
  type Scope,
  type UpdateReason,
} from '@catalogue-sync/contracts';
import { fingerprintCategory, fingerprintItem } from '../fingerprint/fingerprint.js';
import type { CatalogueState } from './catalogue-state.js';

/** An event that has no place in a log yet. */
export type EventDraft =
  | { type: typeof EVENT_TYPE.itemAdded; data: CatalogueItem }
  | { type: typeof EVENT_TYPE.itemUpdated; data: CatalogueItem; reason: UpdateReason }
  | { type: typeof EVENT_TYPE.itemRemoved; data: ItemRemoved }
  | { type: typeof EVENT_TYPE.categoryAdded | typeof EVENT_TYPE.categoryUpdated; data: CatalogueCategory }
  | { type: typeof EVENT_TYPE.categoryRemoved; data: CategoryRemoved };

/** The parts of a catalogue that a diff looks at. */
export type ComparableCatalogue = Pick<CatalogueState, 'items' | 'categories'>;

export interface DiffOptions {
  /**
   * `exact`: any difference is an update, so that folding the diff over `before` gives `after` to the last field. `announced`: only what
   * the reconciler announces is one, that is fingerprint or categories (the first row a provider shows decides the rest).
   */
  updates?: 'exact' | 'announced';
}

/**
 * The events that lead from one catalogue to another: categories that came or changed first, so that items find them, then items, then
 * categories that went. With `exact` (the default), fold(diff(a, b)) over a = b.
 */
export function diffCatalogues(
  before: ComparableCatalogue,
  after: ComparableCatalogue,
  { updates = 'exact' }: DiffOptions = {},
): EventDraft[] {
  const events: EventDraft[] = [];
  for (const [id, category] of after.categories) {
    const known = before.categories.get(id);
    if (known === undefined) events.push({ type: EVENT_TYPE.categoryAdded, data: category });
    else if (categoryChanged(known, category, updates))
      events.push({ type: EVENT_TYPE.categoryUpdated, data: category });
  }
  for (const [id, item] of after.items) {
    const known = before.items.get(id);
    if (known === undefined) {
      events.push({ type: EVENT_TYPE.itemAdded, data: item });
      continue;
    }
    const reason = updateReason(known, item, updates);
    if (reason !== undefined) events.push({ type: EVENT_TYPE.itemUpdated, data: item, reason });
  }
  for (const [id, { kind, externalId }] of before.items) {
    if (!after.items.has(id)) events.push({ type: EVENT_TYPE.itemRemoved, data: { id, kind, externalId } });
  }
  for (const [id, { scope, externalId }] of before.categories) {
    if (after.categories.has(id)) continue;
    events.push({ type: EVENT_TYPE.categoryRemoved, data: { id, scope: scope as Scope, externalId } });
  }
  return events;
}

function updateReason(
  before: CatalogueItem,
  after: CatalogueItem,
  updates: DiffOptions['updates'],
): UpdateReason | undefined {
  if (!fingerprintItem(before).equals(fingerprintItem(after))) return 'changed';
  if (!isDeepStrictEqual(before.categoryIds, after.categoryIds)) return 'recategorised';
  return updates === 'exact' && !isDeepStrictEqual(before, after) ? 'changed' : undefined;
}

function categoryChanged(
  before: CatalogueCategory,
  after: CatalogueCategory,
  updates: DiffOptions['updates'],
): boolean {
  if (updates === 'exact') return !isDeepStrictEqual(before, after);
  return !fingerprintCategory(before).equals(fingerprintCategory(after));
}
