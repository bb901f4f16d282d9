import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { expectedIds } from '../control/expected-ids.js';
import { bodyText } from '../server/answer.fixture.js';
import { playlistAnswer } from '../m3u/playlist.js';
import { streamList } from '../xtream/stream-list.js';
import { completeConfig, type CatalogueRequest } from './catalogue-config.js';
import { Catalogue } from './catalogue.js';
import type { TomorrowRequest } from './tomorrow.js';

const make = (request: Partial<CatalogueRequest> = {}) =>
  new Catalogue(completeConfig({ name: 'x', movies: 60, series: 20, channels: 30, ...request }));

/** The whole catalogue as two protocols serve it. */
function bodies(catalogue: Catalogue): string {
  const lists = ITEM_KINDS.map((kind) => bodyText(streamList(catalogue, kind, new URLSearchParams())));
  return lists.join('\n') + bodyText(playlistAnswer(catalogue, 'http://h/x'));
}

/** Panel rows by item id, without their position; a channel's rows together. */
function rows(catalogue: Catalogue): Map<string, Record<string, unknown>[]> {
  const found = new Map<string, Record<string, unknown>[]>();
  const add = (kind: ItemKind, idField: string) => {
    const list = JSON.parse(bodyText(streamList(catalogue, kind, new URLSearchParams()))) as Record<
      string,
      unknown
    >[];
    for (const { num: _, ...row } of list) {
      const id = `${kind}:${String(row[idField])}`;
      found.set(id, [...(found.get(id) ?? []), row]);
    }
  };
  add('channel', 'stream_id');
  add('movie', 'stream_id');
  add('series', 'series_id');
  return found;
}

const ids = (catalogue: Catalogue) => [...expectedIds(catalogue)].map((line) => line.trimEnd());
const counts = fc.record({
  add: fc.nat(9),
  edit: fc.nat(9),
  remove: fc.nat(9),
  move: fc.nat(9),
});

describe('a catalogue', () => {
  it('is the same bytes for the same seed, and others for another', () => {
    expect(bodies(make({ seed: 5 }))).toBe(bodies(make({ seed: 5 })));
    expect(bodies(make({ seed: 5 }))).not.toBe(bodies(make({ seed: 6 })));
  });

  it('gives every item an id of its own over all kinds, with gaps, from which it is found again', () => {
    const catalogue = make({ movies: 3000, series: 500, channels: 800 });
    const numbers = ids(catalogue).map((id) => id.split(':')[1]);
    expect(new Set(numbers).size).toBe(4300);
    for (const kind of ITEM_KINDS) {
      const population = catalogue.population(kind);
      for (let i = 0; i < population.slots; i++) expect(population.indexOf(population.id(i))).toBe(i);
      expect(population.indexOf(population.id(7) + 1)).toBeUndefined();
    }
    expect(Number(numbers[1]) - Number(numbers[0])).toBeGreaterThan(1);
  });

  it('changes tomorrow exactly what it says, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 1, maxLength: 4 }), fc.nat(1000), (days, seed) => {
        const catalogue = make({ seed });
        for (const day of days) {
          const before = rows(catalogue);
          const { added, edited, removed, moved } = catalogue.tomorrow(day);
          const after = rows(catalogue);
          expect([added, edited, removed, moved].map((list) => list.length)).toEqual([
            day.add,
            day.edit,
            day.remove,
            day.move,
          ]);
          expect(new Set([...added, ...edited, ...removed, ...moved]).size).toBe(
            day.add + day.edit + day.remove + day.move,
          );
          expect([...after.keys()].filter((id) => !before.has(id)).toSorted()).toEqual(added.toSorted());
          expect([...before.keys()].filter((id) => !after.has(id)).toSorted()).toEqual(removed.toSorted());
          const changed = [...before.keys()].filter(
            (id) => after.has(id) && JSON.stringify(before.get(id)) !== JSON.stringify(after.get(id)),
          );
          expect(changed.toSorted()).toEqual([...edited, ...moved].toSorted());
          for (const id of edited) {
            expect(after.get(id)?.[0]?.name).not.toBe(before.get(id)?.[0]?.name);
            expect(after.get(id)?.[0]?.added).toBe(before.get(id)?.[0]?.added);
          }
          for (const id of moved) expectOnlyCategoriesDiffer(before.get(id), after.get(id));
          expect(ids(catalogue).toSorted()).toEqual([...after.keys()].toSorted());
        }
      }),
      { numRuns: 40 },
    );
  });

  it('comes to the same state by the same days', () => {
    const days: TomorrowRequest[] = [
      { add: 5, edit: 4, remove: 3, move: 2 },
      { add: 1, edit: 9, remove: 0, move: 4, kinds: ['movie', 'channel'] },
    ];
    const [one, other] = [make({ seed: 9 }), make({ seed: 9 })];
    expect(days.map((day) => one.tomorrow(day))).toEqual(days.map((day) => other.tomorrow(day)));
    expect(bodies(one)).toBe(bodies(other));
    expect(one.history).toEqual(days);
  });

  it('makes every version newer than all before', () => {
    const catalogue = make({ movies: 500 });
    const newest = () => {
      const movies = catalogue.population('movie');
      return Array.from(movies.liveIndexes(), (index) => movies.addedAt(index));
    };
    for (let day = 1; day <= 3; day++) {
      const before = Math.max(...newest());
      const { added } = catalogue.tomorrow({ add: 200, edit: 0, remove: 0, move: 0, kinds: ['movie'] });
      const dates = added.map((id) => catalogue.find('movie', id.slice('movie:'.length))?.addedAt ?? 0);
      expect(Math.min(...dates)).toBeGreaterThan(before);
    }
  });

  it('shows every edit in the name, so that a playlist tells of it', () => {
    const catalogue = make();
    const { edited } = catalogue.tomorrow({ add: 0, edit: 12, remove: 0, move: 0 });
    const playlist = bodyText(playlistAnswer(catalogue, 'http://h/x'));
    const remastered = playlist
      .split('#EXTINF')
      .filter((entry) => entry.includes('(Remaster 1)'))
      .map((entry) => /\/(live|movie|series)\/[^/]+\/[^/]+\/(\d+)\./.exec(entry)?.slice(1, 3).join(':'));
    expect([...new Set(remastered.map(String))].toSorted()).toEqual(
      edited.map((id) => id.replace('channel:', 'live:')).toSorted(),
    );
  });

  it('refuses to change more than there is, and changes nothing then', () => {
    const catalogue = make();
    const before = bodies(catalogue);
    const tooMuch = { add: 1, edit: 60, remove: 50, move: 20 };
    expect(() => catalogue.tomorrow(tooMuch)).toThrow(/ask for fewer/);
    expect(() =>
      make({ liveCategories: 1 }).tomorrow({ ...tooMuch, move: 1, kinds: ['channel'], edit: 0, remove: 0 }),
    ).toThrow(/nothing to edit/);
    expect(bodies(catalogue)).toBe(before);
    expect(catalogue.version).toBe(0);
  });
});

function expectOnlyCategoriesDiffer(
  before: Record<string, unknown>[] | undefined,
  after: Record<string, unknown>[] | undefined,
): void {
  const fields = (row: Record<string, unknown> | undefined) => {
    const { category_id: _first, category_ids: _all, ...others } = row ?? {};
    return others;
  };
  const categories = (list: Record<string, unknown>[] | undefined) =>
    [...new Set(list?.flatMap((row) => row.category_ids as number[]))].toSorted((a, b) => a - b);
  expect(fields(after?.[0])).toEqual(fields(before?.[0]));
  expect(categories(after)).not.toEqual(categories(before));
}
