import { describe, expect, it } from '@jest/globals';
import { fingerprintItem, FINGERPRINT_VERSION, normaliseItem } from '@catalogue-sync/catalogue';
import { EVENT_TYPE, type CatalogueItem, type ItemId } from '@catalogue-sync/contracts';
import type { KnownItem } from '../item-state/item-state.store.js';
import { planRows, type PlanContext } from './plan-rows.js';

const movie = (externalId: string, name: string, categoryIds: string[] = ['vod:1']): CatalogueItem =>
  normaliseItem({ kind: 'movie', externalId, name, categoryIds });

const knownAs = (item: CatalogueItem, more: Partial<KnownItem> = {}): [ItemId, KnownItem] => [
  item.id,
  {
    fingerprint: fingerprintItem(item),
    fingerprintVersion: FINGERPRINT_VERSION,
    scopes: ['vod'],
    categoryIds: item.categoryIds,
    missing: false,
    ...more,
  },
];

const context = (known: [ItemId, KnownItem][] = [], more: Partial<PlanContext> = {}): PlanContext => ({
  scope: 'vod',
  known: new Map(known),
  seenBefore: () => false,
  deferredBefore: new Set(),
  ...more,
});

describe('planRows', () => {
  it('adds what is unknown, and stores its state', () => {
    const plan = planRows([movie('1', 'Blue Lantern')], context());
    expect(plan.drafts.map((draft) => [draft.type, draft.subject])).toEqual([
      [EVENT_TYPE.itemAdded, 'movie:1'],
    ]);
    expect(plan.news).toMatchObject([{ id: 'movie:1', scopes: ['vod'], categoryIds: ['vod:1'] }]);
    expect(plan.newlySeen).toEqual(['movie:1']);
  });

  it('writes nothing for what is known and the same', () => {
    const item = movie('1', 'Blue Lantern');
    const plan = planRows([item], context([knownAs(item)]));
    expect([plan.drafts, plan.writes, plan.deferred]).toEqual([[], [], []]);
    expect(plan.unchanged.movie).toBe(1);
  });

  it('updates what is known with other fields', () => {
    const plan = planRows([movie('1', 'Blue Lantern II')], context([knownAs(movie('1', 'Blue Lantern'))]));
    expect(plan.drafts).toMatchObject([{ type: EVENT_TYPE.itemUpdated, reason: 'changed' }]);
    expect(plan.updated.movie).toBe(1);
  });

  it('defers an item whose categories differ, with its changed fields, to one event at the end', () => {
    const known = knownAs(movie('1', 'Blue Lantern'));
    const plan = planRows([movie('1', 'Blue Lantern II', ['vod:2'])], context([known]));
    expect(plan.drafts).toEqual([]);
    expect(plan.deferred).toMatchObject([{ id: 'movie:1', firstOfRun: true, categoryIds: ['vod:2'] }]);
  });

  it('lets the first row of a batch decide the fields, and all of them the categories', () => {
    const plan = planRows([movie('1', 'First'), movie('1', 'Second', ['vod:2'])], context());
    expect(plan.drafts).toHaveLength(1);
    expect(JSON.parse(plan.drafts[0]?.data ?? '')).toMatchObject({
      name: 'First',
      categoryIds: ['vod:1', 'vod:2'],
    });
    expect(plan.added.movie).toBe(1);
  });

  it('does not take a later row of the run with other fields for an update', () => {
    const known = knownAs(movie('1', 'First'));
    const plan = planRows([movie('1', 'Second')], context([known], { seenBefore: () => true }));
    expect([plan.drafts, plan.writes, plan.deferred, plan.newlySeen]).toEqual([[], [], [], []]);
  });

  it('keeps a further category that a later row of the run names', () => {
    const known = knownAs(movie('1', 'First'));
    const plan = planRows([movie('1', 'First', ['vod:9'])], context([known], { seenBefore: () => true }));
    expect(plan.deferred).toMatchObject([{ firstOfRun: false, categoryIds: ['vod:9'] }]);
  });

  it('sets an item that was absent, or is listed by a further scope, right without telling anyone', () => {
    const item = movie('1', 'Back');
    expect(planRows([item], context([knownAs(item, { missing: true })])).writes).toHaveLength(1);
    const listed = planRows([item], context([knownAs(item, { scopes: ['series'] })]));
    expect(listed.writes).toMatchObject([{ scopes: ['series', 'vod'] }]);
    expect(listed.drafts).toEqual([]);
  });
});
