import type { ItemKind } from '@catalogue-sync/contracts';
import { SECTIONS_OF_KIND, slotOf, type Section } from '@catalogue-sync/snapshot-format';
import type { CatalogueChange } from './catalogue-change.js';
import type { SearchableFacts } from './searchable-facts.js';

/** What the projection holds of an item before a batch. */
export interface KnownItem {
  kind: ItemKind;
  /** The primary one first; empty when the item has none. */
  categoryIds: string[];
  /** Version in which it first stood, and the last one that changed it. A version that is not sealed yet counts. */
  addedIn: number;
  updatedIn: number | undefined;
}

/** An item as it is to be stored. */
export interface ItemRow extends KnownItem {
  id: string;
  slot: number;
  search: SearchableFacts;
  payload: Buffer;
}

export interface CategoryRow {
  id: string;
  slot: number;
  payload: Buffer;
}

/** An entry of the document that no longer is what the last version says; `delta` is how many entries its place gained. */
export interface DirtyMark {
  section: Section;
  category: string;
  id: string;
  slot: number;
  delta: number;
}

/** The net effect of a run of changes: remove what `gone` names, then insert what `put` holds. */
export interface FoldPlan {
  items: { gone: { id: string; slot: number; item: KnownItem }[]; put: ItemRow[] };
  categories: { gone: string[]; put: CategoryRow[] };
  marks: DirtyMark[];
  /** Change of the totals. */
  totals: Record<ItemKind, number>;
  /** Change of the counts since the last version. An item counts once; one that went and came back counts as removed and as added. */
  counts: { added: number; updated: number; removed: number };
}

/** Ids that a run of changes is about: what must be known before it can be planned. */
export function touchedIds(changes: readonly CatalogueChange[]): { items: string[]; categories: string[] } {
  const items = new Set<string>();
  const categories = new Set<string>();
  for (const change of changes)
    if (change.type === 'item-put' || change.type === 'item-removed') items.add(change.id);
    else if (change.type === 'category-put' || change.type === 'category-removed') categories.add(change.id);
  return { items: [...items], categories: [...categories] };
}

/**
 * Works out what a run of changes does to the projection. `known` tells the items and categories of `touchedIds` that exist; `version` is the one
 * that the next seal will make. Adding a known item updates it, updating an unknown one adds it, removing an unknown one does nothing.
 */
export function planFold(
  changes: readonly CatalogueChange[],
  known: { items: ReadonlyMap<string, KnownItem>; categories: ReadonlySet<string> },
  version: number,
): FoldPlan {
  const plan: FoldPlan = {
    items: { gone: [], put: [] },
    categories: { gone: [], put: [] },
    marks: [],
    totals: { channel: 0, movie: 0, series: 0 },
    counts: { added: 0, updated: 0, removed: 0 },
  };
  const items = new Map<string, Omit<ItemRow, 'slot'> | undefined>();
  const categories = new Map<string, Buffer | undefined>();
  for (const change of changes)
    if (change.type === 'item-put') {
      const before = items.has(change.id) ? items.get(change.id) : known.items.get(change.id);
      items.set(change.id, putItem(change, before, version, plan.counts));
    } else if (change.type === 'item-removed') {
      const before = items.has(change.id) ? items.get(change.id) : known.items.get(change.id);
      if (before !== undefined) countRemoval(before, version, plan.counts);
      items.set(change.id, undefined);
    } else if (change.type === 'category-put') categories.set(change.id, change.payload);
    else if (change.type === 'category-removed') categories.set(change.id, undefined);

  for (const [id, after] of items) settleItem(plan, id, known.items.get(id), after);
  for (const [id, payload] of categories) settleCategory(plan, id, known.categories.has(id), payload);
  return plan;
}

function putItem(
  change: Extract<CatalogueChange, { type: 'item-put' }>,
  before: KnownItem | undefined,
  version: number,
  counts: FoldPlan['counts'],
): Omit<ItemRow, 'slot'> {
  const { id, kind, categoryIds, search, payload } = change;
  if (before === undefined) {
    counts.added++;
    return { id, kind, categoryIds, search, payload, addedIn: version, updatedIn: undefined };
  }
  if (before.addedIn === version)
    return { id, kind, categoryIds, search, payload, addedIn: version, updatedIn: undefined };
  if (before.updatedIn !== version) counts.updated++;
  return { id, kind, categoryIds, search, payload, addedIn: before.addedIn, updatedIn: version };
}

function countRemoval(before: KnownItem, version: number, counts: FoldPlan['counts']): void {
  if (before.addedIn === version) {
    counts.added--;
    return;
  }
  if (before.updatedIn === version) counts.updated--;
  counts.removed++;
}

function settleItem(
  plan: FoldPlan,
  id: string,
  before: KnownItem | undefined,
  after: Omit<ItemRow, 'slot'> | undefined,
): void {
  if (before === undefined && after === undefined) return;
  const slot = slotOf(id);
  if (before !== undefined) {
    plan.items.gone.push({ id, slot, item: before });
    plan.totals[before.kind]--;
  }
  if (after !== undefined) {
    plan.items.put.push({ ...after, slot });
    plan.totals[after.kind]++;
  }
  markItem(plan.marks, { id, slot }, before, after);
}

function markItem(
  marks: DirtyMark[],
  entry: Pick<DirtyMark, 'id' | 'slot'>,
  before: KnownItem | undefined,
  after: KnownItem | undefined,
): void {
  const kind = (after ?? before)!.kind;
  const { items: section, index } = SECTIONS_OF_KIND[kind];
  const [from, to] = [before && (before.categoryIds[0] ?? ''), after && (after.categoryIds[0] ?? '')];
  if (from === to) marks.push({ section, category: to!, ...entry, delta: 0 });
  else {
    if (from !== undefined) marks.push({ section, category: from, ...entry, delta: -1 });
    if (to !== undefined) marks.push({ section, category: to, ...entry, delta: 1 });
  }
  const old = before?.categoryIds ?? [];
  const now = after?.categoryIds ?? [];
  for (const category of old)
    if (!now.includes(category)) marks.push({ section: index, category, ...entry, delta: -1 });
  for (const category of now)
    if (!old.includes(category)) marks.push({ section: index, category, ...entry, delta: 1 });
}

function settleCategory(plan: FoldPlan, id: string, existed: boolean, payload: Buffer | undefined): void {
  if (!existed && payload === undefined) return;
  const slot = slotOf(id);
  if (existed) plan.categories.gone.push(id);
  if (payload !== undefined) plan.categories.put.push({ id, slot, payload });
  plan.marks.push({
    section: 'categories',
    category: '',
    id,
    slot,
    delta: (payload === undefined ? 0 : 1) - (existed ? 1 : 0),
  });
}
