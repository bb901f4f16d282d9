import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, type CatalogueItem } from '@catalogue-sync/contracts';
import fc from 'fast-check';
import { anyItem, anyScope, anyText } from '../../arbitraries/item.arbitrary.js';
import { fingerprintItem } from '../fingerprint/fingerprint.js';
import { normaliseCategory } from '../item/normalise-category.js';
import { normaliseItem } from '../item/normalise-item.js';
import { emptyCatalogue, type CatalogueState } from './catalogue-state.js';
import { diffCatalogues } from './diff-catalogues.js';
import { BrokenLogError, foldEvents } from './fold-events.js';
import { verifySequence } from './verify-sequence.js';

const fewIds = fc.constantFrom('1', '2', '3', '4', '5');
const anyCategory = fc
  .record({ scope: anyScope, externalId: fewIds, name: anyText, position: fc.nat(3) })
  .map(normaliseCategory);
/** Catalogues over few ids, so that two of them share some. */
const anyCatalogue: fc.Arbitrary<CatalogueState> = fc
  .record({
    items: fc.array(fc.tuple(anyItem, fewIds, fc.constantFrom('movie' as const, 'series' as const)), {
      maxLength: 8,
    }),
    categories: fc.array(anyCategory, { maxLength: 6 }),
  })
  .map(({ items, categories }) => {
    const state = emptyCatalogue();
    for (const [item, externalId, kind] of items) {
      const keyed = normaliseItem({ ...item, kind, externalId });
      state.items.set(keyed.id, keyed);
    }
    for (const category of categories) state.categories.set(category.id, category);
    return state;
  });
const copy = (state: CatalogueState): CatalogueState => ({
  ...state,
  items: new Map(state.items),
  categories: new Map(state.categories),
});
const item = (externalId: string, name = 'A'): CatalogueItem =>
  normaliseItem({ kind: 'movie', externalId, name });

describe('I5 the oracle: fold and diff', () => {
  it('fold(diff(a, b)) over a is b', () => {
    fc.assert(
      fc.property(anyCatalogue, anyCatalogue, (a, b) => {
        const folded = foldEvents(diffCatalogues(a, b), copy(a));
        expect(folded.items).toEqual(b.items);
        expect(folded.categories).toEqual(b.categories);
      }),
      { numRuns: 150 },
    );
  });

  it('a catalogue differs from itself in nothing', () => {
    fc.assert(
      fc.property(anyCatalogue, (a) => {
        expect(diffCatalogues(a, copy(a))).toEqual([]);
        expect(diffCatalogues(a, copy(a), { updates: 'announced' })).toEqual([]);
      }),
    );
  });

  it('folds in one go as in parts', () => {
    fc.assert(
      fc.property(anyCatalogue, anyCatalogue, fc.nat(), (a, b, at) => {
        const events = [...diffCatalogues(emptyCatalogue(), a), ...diffCatalogues(a, b)];
        const cut = at % (events.length + 1);
        const parts = foldEvents(events.slice(cut), foldEvents(events.slice(0, cut)));
        expect(parts).toEqual(foldEvents(events));
      }),
    );
  });

  it('announced updates lead to the same fingerprints and categories', () => {
    fc.assert(
      fc.property(anyCatalogue, anyCatalogue, (a, b) => {
        const folded = foldEvents(diffCatalogues(a, b, { updates: 'announced' }), copy(a));
        expect([...folded.items.keys()].sort()).toEqual([...b.items.keys()].sort());
        for (const [id, known] of folded.items) {
          const wanted = b.items.get(id) as CatalogueItem;
          expect(fingerprintItem(known)).toEqual(fingerprintItem(wanted));
          expect(known.categoryIds).toEqual(wanted.categoryIds);
        }
      }),
    );
  });

  it('says why an item was updated', () => {
    const before = { ...emptyCatalogue(), items: new Map([[item('1').id, item('1')]]) };
    const after = (fields: Partial<CatalogueItem>) => ({
      ...emptyCatalogue(),
      items: new Map([[item('1').id, { ...item('1'), ...fields }]]),
    });
    expect(diffCatalogues(before, after({ name: 'B' }))).toMatchObject([
      { type: EVENT_TYPE.itemUpdated, reason: 'changed' },
    ]);
    expect(diffCatalogues(before, after({ categoryIds: ['vod:1'] }))).toMatchObject([
      { reason: 'recategorised' },
    ]);
    expect(diffCatalogues(before, after({ number: 4 }), { updates: 'announced' })).toEqual([]);
    expect(diffCatalogues(before, after({ number: 4 }))).toHaveLength(1);
  });
});

describe('foldEvents', () => {
  const added = (externalId: string) => ({ type: EVENT_TYPE.itemAdded, data: item(externalId) });
  const removed = {
    type: EVENT_TYPE.itemRemoved,
    data: { id: item('1').id, kind: 'movie', externalId: '1' },
  };
  const deleted = { type: EVENT_TYPE.providerDeleted, data: { providerId: 'p1' } };

  it.each([
    ['an item added twice', [added('1'), added('1')]],
    ['an update of an unknown item', [{ type: EVENT_TYPE.itemUpdated, data: item('1') }]],
    ['a removal of an unknown item', [removed]],
    ['a second removal', [added('1'), removed, removed]],
    ['a removal of an unknown category', [{ type: EVENT_TYPE.categoryRemoved, data: { id: 'vod:1' } }]],
    ['an event after the deletion', [deleted, added('1')]],
    ['an unknown type', [{ type: 'catalogue.item-added.v9', data: {} }]],
    ['a type that is a property of every object', [{ type: 'constructor', data: {} }]],
  ])('refuses %s', (_, events) => {
    expect(() => foldEvents(events)).toThrow(BrokenLogError);
  });

  it('keeps the last job, and empties on deletion', () => {
    const job = { jobId: 'j', outcome: 'completed' };
    const state = foldEvents([
      added('1'),
      { type: EVENT_TYPE.jobReconciled, data: job },
      { type: EVENT_TYPE.scopeReconciled, data: {} },
    ]);
    expect(state.lastJob).toEqual(job);
    expect(state.items.size).toBe(1);
    const gone = foldEvents([deleted], state);
    expect(gone.items.size).toBe(0);
    expect(gone.deleted).toBe(true);
  });
});

describe('verifySequence', () => {
  const numbered = (...seqs: (number | undefined)[]) => seqs.map((seq) => ({ seq }));
  it.each([
    [numbered(), 1, undefined],
    [numbered(1, 2, 3), 1, undefined],
    [numbered(7, 8), 7, undefined],
    [numbered(1, 3), 1, { index: 1, expected: 2, found: 3, kind: 'gap' }],
    [numbered(2), 1, { index: 0, expected: 1, found: 2, kind: 'gap' }],
    [numbered(1, 2, 2), 1, { index: 2, expected: 3, found: 2, kind: 'repeat-or-disorder' }],
    [numbered(1, undefined), 1, { index: 1, expected: 2, found: undefined, kind: 'missing-number' }],
  ])('%j from %i: %j', (events, first, fault) => {
    expect(verifySequence(events, first)).toEqual(fault);
  });
});
