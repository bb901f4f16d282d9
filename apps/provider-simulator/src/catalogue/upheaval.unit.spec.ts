import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedIds } from '../control/expected-ids.js';
import { completeConfig, type CatalogueRequest } from './catalogue-config.js';
import { Catalogue } from './catalogue.js';
import { displayName } from './item-text.js';
import type { TomorrowRequest } from './tomorrow.js';
import type { UpheavalRequest } from './upheaval.js';
import { RAW_WORDS } from './vocabulary.js';

const NOTHING = { add: 0, edit: 0, remove: 0, move: 0 };
const make = (request: Partial<CatalogueRequest> = {}) =>
  new Catalogue(completeConfig({ name: 'x', movies: 60, series: 20, channels: 30, ...request }));
const ids = (catalogue: Catalogue) => Array.from(expectedIds(catalogue), (line) => line.trimEnd());
const tomorrow = (catalogue: Catalogue, request: UpheavalRequest & Partial<TomorrowRequest>) =>
  catalogue.tomorrow({ ...NOTHING, ...request });
function item(catalogue: Catalogue, text = '') {
  const [kind, id] = text.split(':');
  const found = catalogue.find(kind as 'movie', id ?? '');
  if (found === undefined) throw new Error(`${text} is not there`);
  return found;
}
const name = (catalogue: Catalogue, id?: string) => displayName(RAW_WORDS, item(catalogue, id));

describe('an upheaval', () => {
  it('brings removed items back under their old ids, dated now or as they were', () => {
    const catalogue = make();
    const before = new Map(ids(catalogue).map((id) => [id, item(catalogue, id)]));
    const { removed } = tomorrow(catalogue, { remove: 12 });
    const { reenabled = [] } = tomorrow(catalogue, { reenable: 5 });
    const silent = tomorrow(catalogue, { reenable: 4, bump: false }).reenabled ?? [];
    expect([...reenabled, ...silent].every((id) => removed.includes(id))).toBe(true);
    expect(ids(catalogue)).toHaveLength(110 - 12 + 9);
    expect(reenabled.map((id) => item(catalogue, id).addedAt)).toEqual(
      reenabled.map(() => catalogue.config.epoch + 2 * 86_400),
    );
    expect(silent.map((id) => item(catalogue, id))).toEqual(silent.map((id) => before.get(id)));
    expect(() => tomorrow(catalogue, { reenable: 4 })).toThrow(/Only 3 removed items/);
  });

  it('gives ids to other content', () => {
    const catalogue = make();
    const before = new Map(ids(catalogue).map((id) => [id, name(catalogue, id)]));
    const { reused = [] } = tomorrow(catalogue, { reuse: 9 });
    expect(ids(catalogue)).toEqual([...before.keys()]);
    const renamed = ids(catalogue).filter((id) => name(catalogue, id) !== before.get(id));
    expect(renamed.toSorted()).toEqual(reused.toSorted());
  });

  it('lets movies go on as series', () => {
    const catalogue = make();
    const before = new Map(ids(catalogue).map((id) => [id, name(catalogue, id)]));
    const { retyped = [] } = tomorrow(catalogue, { retype: 6 });
    expect(retyped).toHaveLength(6);
    const after = ids(catalogue);
    for (const id of retyped) {
      const series = id.replace('movie:', 'series:');
      expect(after).not.toContain(id);
      expect(after).toContain(series);
      expect(name(catalogue, series)).toBe(before.get(id));
    }
    expect(() => tomorrow(catalogue, { reenable: 1 })).toThrow(/Only 0/);
  });

  it('gives and takes episodes, with or without a date', () => {
    const catalogue = make();
    const dates = () => new Map(ids(catalogue).map((id) => [id, item(catalogue, id).addedAt]));
    const before = dates();
    const { newEpisodes = [] } = tomorrow(catalogue, { newEpisode: 4 });
    expect(newEpisodes.map((id) => item(catalogue, id).extraEpisodes)).toEqual([1, 1, 1, 1]);
    expect(Math.min(...newEpisodes.map((id) => item(catalogue, id).addedAt))).toBe(
      Math.max(...dates().values()),
    );
    const middle = dates();
    const { newEpisodes: silent = [] } = tomorrow(catalogue, { newEpisode: 4, bump: false });
    expect(silent.map((id) => item(catalogue, id).addedAt)).toEqual(silent.map((id) => middle.get(id)));
    const { droppedEpisodes = [] } = tomorrow(catalogue, { dropEpisode: 3 });
    for (const id of droppedEpisodes)
      expect(item(catalogue, id).addedAt).toBeLessThan(Math.max(2, middle.get(id) ?? 0));
    expect(before.size).toBe(middle.size);
  });

  it('numbers everything anew, and changes nothing else', () => {
    const catalogue = make();
    tomorrow(catalogue, { retype: 3 });
    const [before, names] = [ids(catalogue), ids(catalogue).map((id) => name(catalogue, id))];
    expect(tomorrow(catalogue, { renumber: true }).renumbered).toBe(110);
    const after = ids(catalogue);
    expect(new Set([...before, ...after].map((id) => id.split(':')[1])).size).toBe(220);
    expect(after.map((id) => name(catalogue, id))).toEqual(names);
  });

  it('removes exactly what is named, or nothing', () => {
    const catalogue = make();
    const named = ids(catalogue).filter((_, i) => i % 11 === 0);
    expect(tomorrow(catalogue, { removeIds: named, edit: 5 }).removed).toEqual(named);
    expect(ids(catalogue).filter((id) => named.includes(id))).toEqual([]);
    const before = ids(catalogue);
    expect(() => tomorrow(catalogue, { removeIds: [before[0] ?? '', 'movie:1'] })).toThrow(/no item movie:1/);
    expect(ids(catalogue)).toEqual(before);
  });

  it('hits every item once at most, and comes to the same state by the same days', () => {
    const counts = fc.record({
      edit: fc.nat(5),
      remove: fc.nat(5),
      reuse: fc.nat(5),
      retype: fc.nat(5),
      newEpisode: fc.nat(3),
      dropEpisode: fc.nat(3),
      renumber: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 3 }), fc.nat(50), (days, seed) => {
        const [one, other] = [make({ seed }), make({ seed })];
        for (const day of days) {
          const changes = tomorrow(one, day);
          const hit = Object.values(changes).flatMap((each: unknown) =>
            Array.isArray(each) ? (each as string[]) : [],
          );
          expect(new Set(hit).size).toBe(hit.length);
          expect(changes.reused ?? []).toHaveLength(day.reuse);
          expect(changes.retyped ?? []).toHaveLength(day.retype);
        }
        for (const day of one.history) other.tomorrow(day);
        expect(ids(other)).toEqual(ids(one));
        expect(ids(other).map((id) => name(other, id))).toEqual(ids(one).map((id) => name(one, id)));
      }),
      { numRuns: 30 },
    );
  });
});
