import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { SECTIONS_OF_KIND } from '@catalogue-sync/snapshot-format';
import type { CatalogueChange } from './catalogue-change.js';
import { planFold, touchedIds, type FoldPlan, type ItemRow } from './plan-fold.js';
import { readSearchableFacts } from './searchable-facts.js';

const search = readSearchableFacts({ name: 'Any' });

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** The projection in memory: what the plans add up to. */
class Model {
  readonly items = new Map<string, ItemRow>();
  readonly categories = new Map<string, string>();
  readonly entries = new Map<string, number>();
  readonly totals: Record<ItemKind, number> = { channel: 0, movie: 0, series: 0 };
  readonly counts = { added: 0, updated: 0, removed: 0 };

  fold(changes: readonly CatalogueChange[], version: number): FoldPlan {
    const plan = planFold(
      changes,
      { items: this.items, categories: new Set(this.categories.keys()) },
      version,
    );
    for (const { id } of plan.items.gone) must(this.items.delete(id), `${id} goes and was not there`);
    for (const item of plan.items.put) {
      must(!this.items.has(item.id), `${item.id} is put twice`);
      this.items.set(item.id, item);
    }
    for (const id of plan.categories.gone) must(this.categories.delete(id), `${id} goes and was not there`);
    for (const { id, payload } of plan.categories.put) this.categories.set(id, payload.toString());
    for (const { section, category, delta } of plan.marks) this.count(`${section}/${category}`, delta);
    for (const kind of ITEM_KINDS) this.totals[kind] += plan.totals[kind];
    for (const key of ['added', 'updated', 'removed'] as const) this.counts[key] += plan.counts[key];
    return plan;
  }

  private count(key: string, delta: number): void {
    const count = (this.entries.get(key) ?? 0) + delta;
    if (count === 0) this.entries.delete(key);
    else this.entries.set(key, count);
  }

  view() {
    return {
      items: Object.fromEntries(
        [...this.items].map(([id, { payload, ...item }]) => [id, { ...item, payload: payload.toString() }]),
      ),
      categories: Object.fromEntries(this.categories),
      entries: Object.fromEntries(this.entries),
      totals: this.totals,
      counts: this.counts,
    };
  }
}

const kinds = fc.constantFrom<ItemKind>('movie', 'series', 'channel');
const put = fc
  .record({
    kind: kinds,
    n: fc.nat({ max: 5 }),
    categoryIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    text: fc.nat({ max: 99 }),
  })
  .map(({ kind, n, categoryIds, text }): CatalogueChange => ({
    type: 'item-put',
    id: `${kind}:${n}`,
    kind,
    categoryIds,
    search,
    payload: Buffer.from(`{"n":${text}}`),
  }));
const removal = fc
  .record({ kind: kinds, n: fc.nat({ max: 5 }) })
  .map(({ kind, n }): CatalogueChange => ({ type: 'item-removed', id: `${kind}:${n}` }));
const category = fc.oneof(
  fc
    .constantFrom('vod:1', 'vod:2')
    .map((id): CatalogueChange => ({ type: 'category-put', id, payload: Buffer.from('{}') })),
  fc.constantFrom('vod:1', 'vod:2').map((id): CatalogueChange => ({ type: 'category-removed', id })),
);
const changes = fc.array(
  fc.oneof({ weight: 4, arbitrary: put }, { weight: 2, arbitrary: removal }, category),
  { maxLength: 40 },
);

describe('planFold', () => {
  it('comes to the same however the events are cut into batches', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.nat({ max: 40 }), { maxLength: 4 }), (all, cuts) => {
        const [whole, pieces] = [new Model(), new Model()];
        whole.fold(all, 1);
        const borders = [0, ...cuts.toSorted((a, b) => a - b), all.length];
        for (let i = 1; i < borders.length; i++) pieces.fold(all.slice(borders[i - 1], borders[i]), 1);
        expect(pieces.view()).toEqual(whole.view());
      }),
    );
  });

  it('keeps the last word on every item, and counts the entries of every section', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const model = new Model();
        model.fold(all, 1);
        const last = new Map<string, CatalogueChange>();
        for (const change of all)
          if (change.type === 'item-put' || change.type === 'item-removed') last.set(change.id, change);
        const alive = [...last.values()].filter((change) => change.type === 'item-put');
        const expected = new Map<string, number>();
        const count = (key: string) => expected.set(key, (expected.get(key) ?? 0) + 1);
        for (const { kind, categoryIds } of alive) {
          count(`${SECTIONS_OF_KIND[kind].items}/${categoryIds[0] ?? ''}`);
          for (const id of categoryIds) count(`${SECTIONS_OF_KIND[kind].index}/${id}`);
        }
        for (let n = 0; n < model.categories.size; n++) count('categories/');
        expect(new Map([...model.items].map(([id, { payload }]) => [id, payload]))).toEqual(
          new Map(alive.map(({ id, payload }) => [id, payload])),
        );
        expect(model.entries).toEqual(expected);
        for (const kind of ITEM_KINDS)
          expect(model.totals[kind]).toBe(alive.filter((change) => change.kind === kind).length);
        expect(new Set(touchedIds(all).items)).toEqual(new Set(last.keys()));
      }),
    );
  });

  it('counts an item once per version: as added, else as updated, else as removed', () => {
    const item = (n: number, text = ''): CatalogueChange => ({
      type: 'item-put',
      id: `movie:${n}`,
      kind: 'movie',
      categoryIds: [],
      search,
      payload: Buffer.from(text),
    });
    const gone = (n: number): CatalogueChange => ({ type: 'item-removed', id: `movie:${n}` });
    const model = new Model();
    model.fold([item(1), item(1, 'b'), item(2), item(3), item(4), gone(4), gone(9)], 1);
    expect(model.counts).toEqual({ added: 3, updated: 0, removed: 0 });
    Object.assign(model.counts, { added: 0, updated: 0, removed: 0 });
    model.fold([item(1, 'c'), item(1, 'd'), item(2, 'e'), gone(2), gone(3), item(5)], 2);
    expect(model.counts).toEqual({ added: 1, updated: 1, removed: 2 });
  });

  it('marks an index only where the membership changed', () => {
    const model = new Model();
    const item = (categoryIds: string[], text: string): CatalogueChange => ({
      type: 'item-put',
      id: 'movie:1',
      kind: 'movie',
      categoryIds,
      search,
      payload: Buffer.from(text),
    });
    model.fold([item(['a', 'b'], '1')], 1);
    const marks = (plan: FoldPlan) =>
      plan.marks.map(({ section, category: id, delta }) => `${section}/${id} ${delta}`);
    expect(marks(model.fold([item(['a', 'b'], '2')], 1))).toEqual(['movies/a 0']);
    expect(marks(model.fold([item(['b', 'c'], '3')], 1))).toEqual([
      'movies/a -1',
      'movies/b 1',
      'moviesByCategory/a -1',
      'moviesByCategory/c 1',
    ]);
  });
});
