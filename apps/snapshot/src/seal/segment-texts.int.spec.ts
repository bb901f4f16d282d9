import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPE, providerId, type ProviderId } from '@catalogue-sync/contracts';
import { sql, type Lease } from '@catalogue-sync/persistence';
import { openSegment, sectionOfNumber, slotsOfPart } from '@catalogue-sync/snapshot-format';
import { FoldStage } from '../../e2e/support/fold-stage.js';
import { readOrSetAside } from '../fold/batch-folder.js';
import type { EventFolder, ReadEvent } from '../fold/event-folder.js';
import { SegmentContentStore } from './segment-content.store.js';

/** Enough that categories are cut into several parts. */
const MOVIES = 200;
const { signal } = new AbortController();

/** What a job does to one movie or category. */
type Operation =
  | { do: 'put'; movie: number; categories: number[]; name: string }
  | { do: 'remove'; movie: number }
  | { do: 'name category' | 'remove category'; category: number; name: string };

interface StoredRow {
  section: number;
  category: string;
  part: number;
  parts: number;
  crc32: string;
  plain_bytes: number;
  gzip_bytes: number;
  item_count: number;
  from_version: number;
  data: Buffer;
}

// Real: Postgres. There is no stream here: events are handed over as the transport would.
describe('segments brought up to date', () => {
  let stage: FoldStage;
  let folder: EventFolder;
  let provider: ProviderId;
  let lease: Lease;
  let seq = 0;
  let providers = 0;

  beforeAll(async () => {
    stage = await FoldStage.open();
    ({ folder } = stage.compose());
  });
  afterAll(() => stage.close());

  const event = (type: string, body: unknown): ReadEvent =>
    readOrSetAside({ seq: ++seq, type, body: Buffer.from(JSON.stringify(body)) });
  const eventOf = (operation: Operation): ReadEvent => {
    switch (operation.do) {
      case 'put': {
        const { movie, categories, name } = operation;
        const body = {
          id: `movie:${movie}`,
          kind: 'movie',
          categoryIds: categories.map((n) => `vod:${n}`),
          name,
        };
        return event(EVENT_TYPE.itemUpdated, body);
      }
      case 'remove':
        return event(EVENT_TYPE.itemRemoved, { id: `movie:${operation.movie}` });
      case 'name category':
        return event(EVENT_TYPE.categoryUpdated, { id: `vod:${operation.category}`, name: operation.name });
      case 'remove category':
        return event(EVENT_TYPE.categoryRemoved, { id: `vod:${operation.category}` });
    }
  };
  const fold = (events: ReadEvent[]) => folder.fold(provider, lease, events, signal);
  /** Folds a job in batches of a few events, and seals. */
  const run = async (operations: readonly Operation[]) => {
    for (let at = 0; at < operations.length; at += 50) await fold(operations.slice(at, at + 50).map(eventOf));
    await fold([event(EVENT_TYPE.jobReconciled, { jobId: `job-${seq}`, outcome: 'completed', scopes: [] })]);
  };
  const begin = async () => {
    provider = providerId(`p${++providers}`);
    seq = 0;
    lease = (await stage.leases.acquire(`fold:${provider}`, 60_000))!;
    await run(
      Array.from({ length: MOVIES }, (_, movie) => ({
        do: 'put',
        movie,
        categories: movie % 3 === 0 ? [0, 1] : [movie % 2],
        name: `first ${movie}`,
      })),
    );
  };
  const query = <T>(text: string) => sql<T>(stage.orm.em.fork(), text, [provider]);
  const stored = () =>
    query<StoredRow>(
      `select m.section, m.category, m.part, g.parts, m.crc32, m.plain_bytes, m.gzip_bytes, m.item_count, m.from_version, s.data
         from snapshot_segment m
         join segment s on s.provider_id = m.provider_id and s.hash = m.hash
         join segment_group g on g.provider_id = m.provider_id and g.section = m.section and g.category = m.category
        where m.provider_id = $1 and m.to_version is null order by m.section, m.category, m.part`,
    );
  /** The segments say what their parts of the catalogue are. */
  const expectRight = async (rows: readonly StoredRow[]) => {
    for (const row of rows) {
      const { category, part, data } = row;
      const address = { section: sectionOfNumber(row.section), category, part };
      const task = { ...address, ...slotsOfPart(part, row.parts) };
      const [text] = await new SegmentContentStore().read(stage.orm.em.fork(), provider, [task]);
      const [plainBytes, gzipBytes, crc32] = [row.plain_bytes, row.gzip_bytes, Number(row.crc32)];
      const opened = openSegment({ ...address, plainBytes, gzipBytes, crc32, data });
      expect([category, part, opened.toString()]).toEqual([category, part, text?.text.toString()]);
      expect(row.item_count).toBe(text?.itemCount);
    }
  };
  const movies = (rows: readonly StoredRow[]) =>
    rows.filter(({ section }) => sectionOfNumber(section) === 'movies');
  const count = (rows: readonly StoredRow[]) => rows.reduce((sum, { item_count }) => sum + item_count, 0);

  const movie = fc.integer({ min: 0, max: MOVIES + 20 });
  const category = fc.integer({ min: 0, max: 3 });
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .filter((text) => !text.includes('\0'));
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('put' as const),
        movie,
        categories: fc.uniqueArray(category, { maxLength: 3 }),
        name,
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), movie }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('name category' as const, 'remove category' as const),
        category,
        name,
      }),
    },
  );

  it('I5: say what the catalogue says, whatever jobs did', async () => {
    const job = fc.oneof(
      fc.array(operation, { minLength: 1, maxLength: 12 }),
      fc.array(operation, { minLength: 100, maxLength: 150 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 4 }), async (jobs) => {
        await begin();
        for (const operations of jobs) {
          await run(operations);
          const rows = await stored();
          await expectRight(rows);
          const [items] = await query<{ n: number }>(
            `select count(*)::int as n from projected_item where provider_id = $1`,
          );
          expect(count(movies(rows))).toBe(items?.n);
          expect(Math.max(...rows.map(({ parts }) => parts))).toBeGreaterThan(2);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('are made of the last version, not of the other items', async () => {
    await begin();
    await query(`update projected_item set payload = 'null' where provider_id = $1`);
    await run([{ do: 'put', movie: 1, categories: [1], name: 'changed' }]);
    const rows = movies(await stored());
    expect(count(rows)).toBe(MOVIES);
    expect(rows.filter(({ plain_bytes, item_count }) => plain_bytes < 20 * item_count)).toEqual([]);
  });

  it('I5: are built from the items where a replica from before there were lists of changes marked them too', async () => {
    await begin();
    await fold([eventOf({ do: 'put', movie: 1, categories: [1], name: 'changed' })]);
    const marked = `insert into dirty_segment (provider_id, section, category, part, delta)
                      select provider_id, section, category, part, 0 from dirty_segment where provider_id = $1
                      on conflict (provider_id, section, category, part) do update set delta = dirty_segment.delta + excluded.delta`;
    await query(marked);
    await query(
      `update projected_item set payload = replace(payload, 'first', 'second') where provider_id = $1`,
    );
    await run([{ do: 'put', movie: 1, categories: [1], name: 'changed again' }]);
    const fresh = (await stored()).filter(({ from_version }) => from_version === 2);
    expect(fresh).toHaveLength(1);
    await expectRight(fresh);
  });

  it.each([
    ['are lost', `delete from segment where provider_id = $1`],
    ['are damaged', `update segment set data = set_byte(data, length(data) / 2, 7) where provider_id = $1`],
    ['are cut off', `update segment set data = substring(data for 20) where provider_id = $1`],
  ])('I5: are built from the items where the bytes of the last version %s', async (_, damage) => {
    await begin();
    await query(damage);
    await run(
      Array.from({ length: 20 }, (_unused, at) => ({
        do: 'put',
        movie: at * 10,
        categories: [at % 2],
        name: 'changed',
      })),
    );
    const fresh = (await stored()).filter(({ from_version }) => from_version === 2);
    expect(movies(fresh).length).toBeGreaterThan(5);
    await expectRight(fresh);
  });
});
