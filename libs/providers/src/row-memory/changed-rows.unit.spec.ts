import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { KNOWN_ITEMS } from '@catalogue-sync/contracts';
import { xxh64Loaded } from '../digest/xxh64.js';
import { parseRows } from '../rows/parse-rows.js';
import { xtreamItemId } from '../rows/xtream-rows.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { JsonListDownload } from '../spool/json-list-download.js';
import { SpoolFile } from '../spool/spool-file.js';
import { BodyDigest } from '../spool/body-digest.js';
import { ChangedRows } from './changed-rows.js';
import { RowMatcher } from './row-matcher.js';
import { RowMemory } from './row-memory.js';

type MovieRow = Record<string, unknown>;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'rows-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** What a run hands out, and what it leaves behind. The body arrives in chunks of so many bytes. */
async function run(body: string, before?: Buffer, chunkBytes = 1_000) {
  const spool = await SpoolFile.create(dir);
  try {
    const memory = before && RowMemory.decode(before);
    const known = memory && new RowMatcher(memory, true);
    const download = new JsonListDownload([{ path: '', keyed: 'numeric' }], spool, {
      digest: new BodyDigest(),
      knownRows: () => Promise.resolve(known),
    });
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += chunkBytes)
      await download.write(bytes.subarray(at, at + chunkBytes));
    await download.end();
    const rows = new ChangedRows({
      spool,
      report: download.report,
      secrets: new SecretReplacer([]),
      rowType: 'xtream-movie',
      positional: true,
      idOf: (row) => xtreamItemId('xtream-movie', row),
      learns: true,
      known,
    });
    const ids: string[] = [];
    const sent: unknown[] = [];
    const types: string[] = [];
    let rowCount = 0;
    for await (const page of rows.pages()) {
      rowCount += page.rowCount;
      const values = parseRows(page.rows.toString('utf8'));
      types.push(page.rowType);
      if (page.rowType !== KNOWN_ITEMS) sent.push(...values);
      else ids.push(...(values as string[]));
    }
    return { known: ids, sent, types, rowCount, report: download.report, memory: rows.memory as Buffer };
  } finally {
    await spool.close();
  }
}

const list = (rows: readonly MovieRow[]) =>
  JSON.stringify(rows.map((row, index) => ({ num: index + 1, ...row })));
const movie = (id: number, name = `Film ${id}`): MovieRow => ({ stream_id: id, name });
const movies = (count: number) => Array.from({ length: count }, (_, index) => movie(index + 1));

describe('ChangedRows', () => {
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

  it('begins with ids, and what changed does not wait for the rest of them', async () => {
    const { memory } = await run(list(movies(12_000)), undefined, 100_000);
    const rows = movies(12_000).map((row, index) => (index > 11_000 ? { ...row, name: 'Other' } : row));
    const { types } = await run(list(rows), memory, 100_000);
    expect(types).toEqual([KNOWN_ITEMS, 'xtream-movie', KNOWN_ITEMS, KNOWN_ITEMS]);
  });

  it('hands out all rows when most have changed', async () => {
    const { memory } = await run(list(movies(6)));
    const rows = movies(6).map((row, index) => (index < 4 ? { ...row, name: 'Other' } : row));
    const { known, sent, memory: after } = await run(list(rows), memory);
    expect([known, sent.length]).toEqual([[], 6]);
    expect((await run(list(rows), after)).known).toHaveLength(6);
  });

  it('looks at all rows of an item that is listed twice, before or now', async () => {
    const twice = [...movies(6), movie(3, 'Film 3, again')];
    const { memory } = await run(list(twice));
    const again = await run(list(twice), memory);
    expect(again.known).toEqual(['movie:1', 'movie:2', 'movie:4', 'movie:5', 'movie:6']);
    expect(again.sent).toMatchObject([movie(3), movie(3, 'Film 3, again')]);

    const once = await run(list(movies(6)));
    for (const another of [movie(3, 'Film 3, again'), movie(3)]) {
      const body = list([another, ...movies(6)]);
      const later = await run(body, (await run(body, once.memory)).memory);
      expect(later.known).not.toContain('movie:3');
      expect(later.sent).toMatchObject([another, movie(3)]);
    }
    const now = await run(list([movie(3, 'Film 3, again'), ...movies(6)]), once.memory);
    expect(now.known).not.toContain('movie:3');
    expect(now.sent).toMatchObject([movie(3, 'Film 3, again'), movie(3)]);
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
        expect(report).toEqual((await run(list(second))).report);
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
