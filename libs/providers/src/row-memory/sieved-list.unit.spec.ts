import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KNOWN_ITEMS } from '@catalogue-sync/contracts';
import { xxh64Loaded } from '../digest/xxh64.js';
import { runList as run } from './list-run.fixture.js';
import { RowMemory } from './row-memory.js';

type MovieRow = Record<string, unknown>;

const list = (rows: readonly MovieRow[]) =>
  JSON.stringify(rows.map((row, index) => ({ num: index + 1, ...row })));
const movie = (id: number, name = `Film ${id}`): MovieRow => ({ stream_id: id, name });
const movies = (count: number) => Array.from({ length: count }, (_, index) => movie(index + 1));

/** The names of an item's rows, each where it comes first. */
const namesOf = (rows: readonly MovieRow[], id: unknown) => [
  ...new Set(rows.filter((row) => row['stream_id'] === id).map((row) => row['name'])),
];

describe('SievedList', () => {
  beforeAll(() => xxh64Loaded);

  it('hands out all rows when nothing is known', async () => {
    const { known, sent } = await run(list(movies(3)));
    expect([known, sent]).toEqual([[], JSON.parse(list(movies(3)))]);
  });

  it('names what stayed by its id, however the rows have moved, and hands out the rest in order', async () => {
    const { memory } = await run(list(movies(6)));
    const rows = [movie(9), ...movies(6).filter(({ stream_id: id }) => id !== 2)];
    rows[3] = movie(4, 'Another name');
    const { known, sent, rowCount } = await run(list(rows), memory);
    expect(known).toEqual(['movie:1', 'movie:3', 'movie:5', 'movie:6']);
    expect(sent).toEqual([
      { num: 1, ...movie(9) },
      { num: 4, ...movie(4, 'Another name') },
    ]);
    expect(rowCount).toBe(rows.length);
  });

  it('hands out what changed as soon as the list is there, before the ids that are left', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const rows = movies(12_000).map((row, index) => (index > 11_000 ? { ...row, name: 'Other' } : row));
    const { types } = await run(list(rows), memory, 2_000_000);
    expect(types).toEqual([KNOWN_ITEMS, KNOWN_ITEMS, 'xtream-movie', KNOWN_ITEMS]);
  });

  it('hands out ids while the list still arrives', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const rows = movies(12_000).map((row, index) => (index < 2_000 ? { ...row, name: 'Other' } : row));
    const { types, known, rowCount } = await run(list(rows), memory);
    expect(types).toEqual([KNOWN_ITEMS, KNOWN_ITEMS, 'xtream-movie']);
    expect(new Set(known).size).toBe(10_000);
    expect(rowCount).toBe(12_000);
  });

  it('begins with the first rows of a list where most rows are others', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const rows = movies(12_000).map((row, index) => (index % 3 === 0 ? row : { ...row, name: 'Other' }));
    const { types, known, sent, memory: after } = await run(list(rows), memory);
    expect(types.slice(0, 2)).toEqual([KNOWN_ITEMS, 'xtream-movie']);
    expect(types.at(-1)).toBe(KNOWN_ITEMS);
    expect(known.slice(0, 335)).toEqual([
      ...Array.from({ length: 334 }, (_, index) => `movie:${3 * index + 1}`),
      'movie:1003',
    ]);
    expect([known.length, sent.length]).toEqual([4_000, 8_000]);
    expect((await run(list(rows), after)).known).toHaveLength(12_000);
  });

  it('keeps ids back as long as most rows are others', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const rows = movies(12_000).map((row, index) => (index < 6_500 ? { ...row, name: 'Other' } : row));
    const { types } = await run(list(rows), memory);
    expect(types).toEqual(['xtream-movie', KNOWN_ITEMS, KNOWN_ITEMS]);
  });

  it('goes on after a download that broke off, as long as what was handed out holds', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const changed = movies(12_000).map((row, index) => (index === 11 ? { ...row, name: 'Other' } : row));
    const whole = list(changed);
    const again = await run([whole.slice(0, 300_000), whole], memory);
    expect(again.contradicted).toBe(false);
    expect([new Set(again.known).size, again.known.length]).toEqual([11_999, 11_999]);
    expect(again.sent).toEqual([{ num: 12, ...movie(12, 'Other') }]);

    const broken = whole.slice(0, 300_000);
    const edited = changed.map((row, index) => (index === 50 ? { ...row, name: 'Other' } : row));
    const removed = changed.filter((_row, index) => index !== 50);
    const repeated = [movie(51, 'Film 51, again'), ...changed];
    for (const rows of [edited, removed, repeated])
      expect((await run([broken, list(rows)], memory)).contradicted).toBe(true);
    for (const rows of [[...changed, movie(51, 'Film 51, again')], changed.toReversed()])
      expect((await run([broken, list(rows)], memory)).contradicted).toBe(false);
  });

  it('knows rows again where the list has come to name them', async () => {
    const { memory } = await run(list(movies(4)));
    const rows = JSON.parse(list(movies(4).filter(({ stream_id: id }) => id !== 2))) as MovieRow[];
    const keyed = JSON.stringify(Object.fromEntries(rows.map((row) => [String(row['num']), row])));
    const { known, sent, memory: after } = await run(keyed, memory);
    expect([known, sent]).toEqual([['movie:1', 'movie:3', 'movie:4'], []]);
    expect((await run(list(movies(4)), after)).sent).toEqual([{ num: 2, ...movie(2) }]);
  });

  it('looks at all rows of an item that was listed twice', async () => {
    const twice = [...movies(6), movie(3, 'Film 3, again')];
    const { memory } = await run(list(twice));
    const { known, sent } = await run(list(twice), memory);
    expect(known).toEqual(['movie:1', 'movie:2', 'movie:4', 'movie:5', 'movie:6']);
    expect(sent).toMatchObject([movie(3), movie(3, 'Film 3, again')]);

    const once = await run(list(movies(6)));
    const again = movie(3, 'Film 3, again');
    for (const rows of [
      [again, ...movies(6)],
      [movie(3), ...movies(6)],
      [...movies(6), again],
    ]) {
      const later = await run(list(rows), (await run(list(rows), once.memory)).memory);
      expect(later.known).not.toContain('movie:3');
      expect(later.sent).toMatchObject(rows.filter(({ stream_id: id }) => id === 3));
    }
  });

  it('names an item before further rows of it come', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const again = movie(11_900, 'Film 11900, again');
    const { all, types } = await run(list([...movies(12_000), again]), memory);
    expect(types.at(-1)).toBe(KNOWN_ITEMS);
    const at = all.findIndex((entry) => typeof entry === 'object');
    expect(all[at]).toEqual({ num: 12_001, ...again });
    expect(all.indexOf('movie:11900')).toBe(at - 1);
  });

  it('hands out the rows of an item that is listed twice now in their order', async () => {
    const name = fc.constantFrom('A', 'B', 'C');
    const once = fc.uniqueArray(fc.record({ stream_id: fc.nat(9), name }), {
      selector: (row) => row.stream_id,
    });
    const often = fc.array(fc.record({ stream_id: fc.nat(9), name }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(once, often, fc.integer({ min: 1, max: 300 }), async (first, second, chunkBytes) => {
        const { memory } = await run(list(first));
        const { all } = await run(list(second), memory, chunkBytes);
        const before = new Map(first.map((row) => [`movie:${row.stream_id}`, row]));
        const told = all.map((entry) => (typeof entry === 'string' ? before.get(entry) : entry) as MovieRow);
        for (const { stream_id: id } of second) expect(namesOf(told, id)).toEqual(namesOf(second, id));
      }),
      { numRuns: 200 },
    );
  });

  it('hands out rows without a readable id each time, and rows that are no JSON', async () => {
    const body = list([...movies(4), { name: 'no id' }]).replace('"Film 2"', '"Film 2" oops');
    const { memory } = await run(body);
    const { known, sent } = await run(body, memory);
    expect(known).toEqual(['movie:1', 'movie:3', 'movie:4']);
    expect(sent).toHaveLength(2);
  });

  it('takes only a number for a place', async () => {
    const named = (num: string) =>
      `[{"num":${num},"stream_id":1,"name":"A"},{"num":2,"stream_id":2,"name":"B"}]`;
    const { memory } = await run(named('1'));
    expect((await run(named('77'), memory)).known).toEqual(['movie:1', 'movie:2']);
    expect((await run(named('"77"'), memory)).known).toEqual(['movie:1', 'movie:2']);
    for (const other of ['"one"', 'null', '-1', '1234567890123456789'])
      expect((await run(named(other), memory)).known).not.toContain('movie:1');
  });

  it('goes by no memory of another form', () => {
    expect(RowMemory.decode(Buffer.from('{"not":"one"}'))).toBeUndefined();
    expect(RowMemory.decode(Buffer.alloc(0))).toBeUndefined();
  });

  it('accounts for every row of any two lists that follow each other, however they arrive', async () => {
    const name = fc.constantFrom('A', 'B', 'C', '}', '\\"}', 'A longer name than the others have');
    const rows = fc.uniqueArray(fc.record({ stream_id: fc.nat(40), name }), {
      selector: (row) => row.stream_id,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(rows, rows, fc.integer({ min: 1, max: 300 }), async (first, second, chunkBytes) => {
        const { memory } = await run(list(first));
        const { known, sent, report, memory: after } = await run(list(second), memory, chunkBytes);
        const before = new Map(first.map((row) => [row.stream_id, row.name]));
        const ids = sent.map((row) => `movie:${String((row as MovieRow)['stream_id'])}`);
        expect([...known, ...ids].toSorted()).toEqual(
          second.map((row) => `movie:${row.stream_id}`).toSorted(),
        );
        const same = second.filter((row) => known.includes(`movie:${row.stream_id}`));
        expect(same.filter((row) => before.get(row.stream_id) !== row.name)).toEqual([]);
        const { slices: _slices, ...plain } = (await run(list(second))).report;
        expect(report).toEqual({ ...plain, slices: [] });
        expect((await run(list(second), after, chunkBytes)).sent).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('finds the end of a list that breaks off within a row that it knows', async () => {
    const { memory } = await run(list(movies(6)));
    const body = list(movies(6)).slice(0, -20);
    const { report, known } = await run(body, memory, 70);
    expect([report.closed, report.rows, known.length]).toEqual([false, 5, 5]);
  });
});
