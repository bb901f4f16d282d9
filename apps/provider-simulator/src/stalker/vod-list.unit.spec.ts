import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { completeConfig, PROFILES, type CatalogueRequest } from '../catalogue/catalogue-config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { expectedIds } from '../control/expected-ids.js';
import { VodList } from './vod-list.js';

const NOW = Date.UTC(2026, 10, 21);

interface Page {
  total_items: string | number;
  max_page_items: number;
  data: Record<string, unknown>[];
}

function walk(
  catalogue: Catalogue,
  type: 'vod' | 'series',
  query: Record<string, string>,
): Record<string, unknown>[] {
  const list = new VodList(catalogue);
  const pages: Page[] = [];
  do {
    const text = list.page(type, new URLSearchParams({ ...query, p: String(pages.length + 1) }), NOW);
    pages.push(JSON.parse(text) as Page);
  } while (pages.at(-1)?.data.length !== 0);
  const rows = pages.flatMap((page) => page.data);
  const size = catalogue.config.pageSize;
  expect(pages.map((page) => Number(page.total_items))).toEqual(pages.map(() => rows.length));
  expect(pages.slice(0, -2).every((page) => page.data.length === size && page.max_page_items === size)).toBe(
    true,
  );
  expect(pages).toHaveLength(Math.ceil(rows.length / size) + 1);
  return rows;
}

const make = (request: Partial<CatalogueRequest>) =>
  new Catalogue(completeConfig({ name: 'x', channels: 0, ...request }));
const idOf = (row: Record<string, unknown>) =>
  `${Number(row.is_series) === 1 ? 'series' : 'movie'}:${String(row.id)}`;

describe('get_ordered_list of videos', () => {
  it('cuts the whole catalogue into pages, each item once, in every sort and by category, on any day', () => {
    const sizes = fc.record({
      movies: fc.nat(120),
      series: fc.nat(40),
      pageSize: fc.integer({ min: 1, max: 30 }),
      vodCategories: fc.integer({ min: 1, max: 9 }),
      profile: fc.constantFrom(...PROFILES),
      seed: fc.nat(100),
    });
    fc.assert(
      fc.property(sizes, fc.boolean(), (size, nextDay) => {
        const catalogue = make(size);
        if (nextDay && size.movies > 20) {
          walk(catalogue, 'vod', { sortby: 'added' });
          catalogue.tomorrow({ add: 7, edit: 3, remove: 5, move: 0, kinds: ['movie'] });
        }
        const expected = [...expectedIds(catalogue, ['movie', 'series'])]
          .map((line) => line.trimEnd())
          .toSorted();
        const types = size.profile === 'panel' ? (['vod', 'series'] as const) : (['vod'] as const);
        for (const sortby of ['added', 'name', '']) {
          const rows = types.flatMap((type) => walk(catalogue, type, { sortby, category: '*' }));
          expect(rows.map(idOf).toSorted()).toEqual(expected);
        }
        const byCategory = types.flatMap((type) =>
          catalogue
            .categories(type === 'series' ? 'series' : 'movie')
            .flatMap(({ id }) => walk(catalogue, type, { sortby: 'added', category: String(id) })),
        );
        expect(byCategory.map(idOf).toSorted()).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('sorts newest first by `added`, and the newest day stands on top', () => {
    const catalogue = make({ movies: 400, series: 50 });
    const { added } = catalogue.tomorrow({
      add: 20,
      edit: 5,
      remove: 5,
      move: 5,
      kinds: ['movie', 'series'],
    });
    const rows = walk(catalogue, 'vod', { sortby: 'added' });
    const dates = rows.map((row) => String(row.added));
    expect(dates).toEqual(dates.toSorted((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
    expect(rows.slice(0, 20).map(idOf).toSorted()).toEqual(added.toSorted());
  });

  it('has ties in `added`, as bulk imports make them', () => {
    const dates = walk(make({ movies: 300, series: 0 }), 'vod', { sortby: 'added' }).map((row) => row.added);
    expect(new Set(dates).size).toBeLessThan(100);
  });

  it('finds by name, and nothing in unknown categories', () => {
    const catalogue = make({ movies: 300, series: 30 });
    const [first] = walk(catalogue, 'vod', { sortby: 'name' });
    const found = walk(catalogue, 'vod', { search: String(first?.name).toUpperCase() });
    expect(found.map((row) => row.id)).toContain(first?.id);
    expect(found.length).toBeLessThan(300);
    expect(walk(catalogue, 'vod', { category: '999999' })).toEqual([]);
    expect(walk(catalogue, 'vod', { category: 'drama' })).toEqual([]);
    expect(
      walk(make({ movies: 30, series: 3, profile: 'panel' }), 'vod', { category: 'drama' }),
    ).toHaveLength(30);
  });

  it('types rows as its family does', () => {
    const [portal] = walk(make({ movies: 20, series: 5 }), 'vod', { sortby: 'added' });
    const columns = [
      'id',
      'name',
      'year',
      'category_id',
      'is_series',
      'cmd',
      'added',
      'status',
      'hd',
      'time',
    ];
    for (const column of columns) expect(typeof portal?.[column]).toBe('string');
    expect([portal?.is_movie, typeof portal?.low_quality, typeof portal?.has_files]).toEqual([
      true,
      'number',
      'number',
    ]);
    expect(Object.keys(portal ?? {}).length).toBeGreaterThanOrEqual(45);
    const rows = walk(make({ movies: 200, series: 5, profile: 'panel' }), 'vod', { sortby: 'added' });
    expect(new Set(rows.map((row) => typeof row.id))).toEqual(new Set(['number', 'string']));
    expect(rows.some((row) => row.description === 'N/A')).toBe(true);
    const cmd = Buffer.from(String(rows[0]?.cmd), 'base64').toString();
    expect(JSON.parse(cmd)).toMatchObject({ type: 'movie', stream_id: Number(rows[0]?.id) });
  });

  it('changes counters and labels with the moment, and nothing else', () => {
    const list = new VodList(make({ movies: 20, series: 0 }));
    const at = (now: number) =>
      (JSON.parse(list.page('vod', new URLSearchParams({ sortby: 'added' }), now)) as Page).data[0] ?? {};
    const [one, later] = [at(NOW), at(NOW + 86_400_000)];
    const changed = Object.keys(one).filter((key) => JSON.stringify(one[key]) !== JSON.stringify(later[key]));
    expect(changed.toSorted()).toEqual(['count', 'last_played', 'rating_count_kinopoisk', 'vote_sound_good']);
  });
});
