import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { EVENT_TYPE, providerId, type ProviderId } from '@catalogue-sync/contracts';
import { sql } from '@catalogue-sync/persistence';
import { SECTIONS_OF_KIND, SLOTS } from '@catalogue-sync/snapshot-format';
import { rowsRead } from '@catalogue-sync/testing';
import { FoldStage } from '../../e2e/support/fold-stage.js';
import { readOrSetAside } from '../fold/batch-folder.js';
import type { EventFolder, ReadEvent } from '../fold/event-folder.js';
import { planFold } from '../fold/plan-fold.js';
import { SegmentChangeStore } from '../seal/segment-change.store.js';
import { SegmentContentStore } from '../seal/segment-content.store.js';
import { SegmentStore } from '../seal/segment.store.js';
import { ProjectionStore } from './projection.store.js';
import { SearchableItemStore } from './searchable-item.store.js';

const ITEMS = 4_000;
const BATCH = 400;
const { signal } = new AbortController();
const counted = providerId('p1');
/** Came after the last ANALYZE: the planner thinks that it has next to nothing. */
const fresh = providerId('p2');

function item(number: number, seq = number): ReadEvent {
  const body = {
    id: `movie:${number}`,
    kind: 'movie',
    categoryIds: [`vod:${number % 20}`, 'vod:all'],
    name: `Film ${seq}`,
  };
  return readOrSetAside({ seq, type: EVENT_TYPE.itemAdded, body: Buffer.from(JSON.stringify(body)) });
}

function jobEnd(seq: number): ReadEvent {
  const body = { jobId: `job-${seq}`, outcome: 'completed', scopes: [] };
  return readOrSetAside({ seq, type: EVENT_TYPE.jobReconciled, body: Buffer.from(JSON.stringify(body)) });
}

// Real: Postgres, which has no statistics at first, and then of one provider when the other one's items come.
describe('what statements read hangs on no statistics', () => {
  let stage: FoldStage;
  let orm: MikroORM;
  let folder: EventFolder;
  let fill: (provider: ProviderId) => Promise<void>;
  const projection = new ProjectionStore();

  beforeAll(async () => {
    stage = await FoldStage.open();
    ({ orm } = stage);
    const tables = ['projected_item', 'searchable_item', 'category_listing', 'segment', 'snapshot_segment'];
    for (const table of tables)
      await sql(orm.em.fork(), `alter table ${table} set (autovacuum_enabled = off)`);
    ({ folder } = stage.compose());
    fill = async (provider) => {
      const lease = (await stage.leases.acquire(`fold:${provider}`, 60_000))!;
      const events = Array.from({ length: ITEMS }, (_, at) => item(at + 1));
      await folder.fold(provider, lease, [...events, jobEnd(ITEMS + 1)], signal);
    };
    await fill(counted);
  });
  afterAll(() => stage.close());

  it('right after the first sync of all, search rows are found by their key', async () => {
    await orm.em.fork().transactional(async (em) => {
      const ids = Array.from({ length: BATCH }, (_, at) => `movie:${at * 7 + 1}`);
      await new SearchableItemStore().remove(em, counted, ids);
      const scans = `pg_stat_get_xact_numscans('searchable_item_added'::regclass)::int as by_date,
                     pg_stat_get_xact_numscans('searchable_item_pkey'::regclass)::int as by_key`;
      const [found] = await sql<{ by_date: number; by_key: number }>(em, `select ${scans}`);
      expect(found?.by_date).toBe(0);
      expect(found?.by_key).toBeGreaterThanOrEqual(BATCH);
      const left = await sql(em, `select 1 from searchable_item where provider_id = $1`, [counted]);
      expect(left).toHaveLength(ITEMS - BATCH);
    });
  });

  describe('of a provider that came after the last ANALYZE', () => {
    beforeAll(async () => {
      await sql(orm.em.fork(), 'analyze');
      await fill(fresh);
    });

    it('a batch of changes reads the rows that it is about', async () => {
      await orm.em.fork().transactional(async (em) => {
        const batch = Array.from({ length: BATCH }, (_, at) => item(at * 7 + 1, ITEMS + 2 + at));
        const changes = batch.map(({ change }) => change).filter((change) => change.type !== 'malformed');
        const ids = changes.flatMap((change) => (change.type === 'item-put' ? [change.id] : []));
        const read = await rowsRead(
          (text, parameters) => sql(em, text, parameters),
          ['projected_item', 'searchable_item', 'category_listing'],
          async () => {
            const items = await projection.knownItems(em, fresh, ids);
            expect(items.size).toBe(BATCH);
            await projection.apply(em, fresh, planFold(changes, { items, categories: new Set() }, 2));
          },
        );
        // Looked up, and then found again to be replaced; of the others, replaced, listings where their key says that they stand.
        expect(read.projected_item).toBeLessThanOrEqual(2 * BATCH);
        expect(read.searchable_item).toBeLessThanOrEqual(BATCH);
        expect(read.category_listing).toBeLessThanOrEqual(2 * BATCH);
      });
    });

    it('a segment is made from the rows that it holds', async () => {
      await orm.em.fork().transactional(async (em) => {
        const tasks = Array.from({ length: 20 }, (_, at) => ({
          section: SECTIONS_OF_KIND.movie.items,
          category: `vod:${at}`,
          part: 0,
          from: 0,
          to: SLOTS,
        }));
        const read = await rowsRead(
          (text, parameters) => sql(em, text, parameters),
          ['projected_item'],
          async () => {
            const texts = await new SegmentContentStore().read(em, fresh, tasks);
            expect(texts.map((found) => found?.itemCount)).toEqual(tasks.map(() => ITEMS / 20));
          },
        );
        expect(read.projected_item).toBeLessThanOrEqual(ITEMS);
      });
    });

    it('a segment is brought up to date from what changed in it', async () => {
      await orm.em.fork().transactional(async (em) => {
        const tasks = Array.from({ length: 20 }, (_, at) => ({
          section: SECTIONS_OF_KIND.movie.items,
          category: `vod:${at}`,
          part: 3,
          from: 0,
          to: SLOTS,
          changed: [at, at + 20, at + 40].map((number) => `movie:${number}`),
        }));
        const read = await rowsRead(
          (text, parameters) => sql(em, text, parameters),
          ['projected_item', 'snapshot_segment', 'segment'],
          async () => {
            const changes = await new SegmentChangeStore().read(em, fresh, tasks);
            expect(changes.map((change) => change?.before?.part)).toEqual(tasks.map(() => 3));
          },
        );
        expect(read.projected_item).toBeLessThanOrEqual(3 * tasks.length);
        expect(read.snapshot_segment).toBeLessThanOrEqual(tasks.length);
        expect(read.segment).toBeLessThanOrEqual(tasks.length);
        // By a bitmap, whose pages come ahead, and not one after the other as an index gives them.
        const [fetched] = await sql(
          em,
          `select pg_stat_get_xact_tuples_fetched('segment_pkey'::regclass)::int as singly`,
        );
        expect(fetched).toEqual({ singly: 0 });
      });
    });

    it('listings are looked into for none but those items that stand in another category first', async () => {
      const lookups = (category: string) =>
        orm.em.fork().transactional(async (em) => {
          const changed = Array.from({ length: 30 }, (_, at) => `movie:${20 * at + 1}`);
          const section = SECTIONS_OF_KIND.movie.index;
          const task = { section, category, part: 0, from: 0, to: SLOTS, changed };
          const scans = async () => {
            const [row] = await sql<{ scans: number }>(
              em,
              `select pg_stat_get_xact_numscans('category_listing_pkey'::regclass)::int as scans`,
            );
            return row!.scans;
          };
          const before = await scans();
          const [change] = await new SegmentChangeStore().read(em, fresh, [task]);
          const found = [...change!.entries.values()].filter((entry) => entry !== undefined).length;
          return { found, scans: (await scans()) - before };
        });
      expect(await lookups('vod:1')).toEqual({ found: 30, scans: 0 });
      expect(await lookups('vod:all')).toEqual({ found: 30, scans: 30 });
    });

    it('what fell out of use is found segment by segment', async () => {
      await orm.em.fork().transactional(async (em) => {
        const staged = await sql(
          em,
          `insert into staged_segment select provider_id, hash from segment where provider_id = $1 returning 1`,
          [fresh],
        );
        expect(staged.length).toBeGreaterThan(100);
        const read = await rowsRead(
          (text, parameters) => sql(em, text, parameters),
          ['snapshot_segment'],
          () => new SegmentStore().collect(em, fresh, []),
        );
        expect(read.snapshot_segment).toBeLessThanOrEqual(2 * staged.length);
        expect(await sql(em, `select 1 from segment where provider_id = $1`, [fresh])).toHaveLength(
          staged.length,
        );
      });
    });
  });
});
