import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { providerId, type ItemId, type JobId, type ProviderId } from '@catalogue-sync/contracts';
import { createOrm, migrate, sql } from '@catalogue-sync/persistence';
import { rowsRead, startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import { markAbsent, noteAbsences } from '../removal/absence.store.js';
import { removeConfirmed } from '../removal/remove-absent.store.js';
import { migrations } from '../schema/migrations.js';
import { RECONCILER_SCHEMA } from '../schema/schema-name.js';
import { lockHead } from '../stream-head/stream-head.store.js';
import { placePages } from '../sweep/sweep-page.store.js';
import { openSweep } from '../sweep/sweep.store.js';
import { checkKnown, findItems, markPresent, writeItems } from './item-state.store.js';

const ITEMS = 4_000;
const BATCH = 400;
/** Came after the last ANALYZE: the planner thinks that it has next to nothing. */
const fresh = providerId('p2');
const jobId = 'job-1' as JobId;

const idOf = (number: number) => `movie:${number}` as ItemId;
const ids = Array.from({ length: ITEMS }, (_, at) => idOf(at + 1));
const batch = ids.filter((_, at) => at % 10 === 0);

// Real: Postgres, which has statistics of one provider when the other one's items come.
describe('of a provider that Postgres has no statistics of', () => {
  let postgres: TestPostgres;
  let orm: MikroORM;

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    orm = await createOrm({ url, schema: RECONCILER_SCHEMA, entities: [], migrations });
    await migrate(orm);
    await sql(orm.em.fork(), 'alter table item_state set (autovacuum_enabled = off)');
    const fill = (provider: ProviderId) =>
      writeItems(
        orm.em.fork(),
        provider,
        ids.map((id) => ({
          id,
          kind: 'movie',
          fingerprint: Buffer.alloc(16),
          scopes: ['vod'],
          categoryIds: [],
        })),
      );
    await fill(providerId('p1'));
    await sql(orm.em.fork(), 'analyze');
    await fill(fresh);
  });
  afterAll(async () => {
    await orm.close();
    await postgres.stop();
  });

  /** What `work` reads of the items' states; what it did is undone. */
  async function readBy(work: (em: SqlEntityManager) => Promise<unknown>): Promise<number> {
    const em = orm.em.fork();
    await em.begin();
    const { item_state: read } = await rowsRead(
      (text, parameters) => sql(em, text, parameters),
      ['item_state'],
      () => work(em),
    );
    await em.rollback();
    return read;
  }

  it('a batch reads the items that it is about', async () => {
    const found = await readBy(async (em) => expect((await findItems(em, fresh, batch)).size).toBe(BATCH));
    expect(found).toBeLessThanOrEqual(BATCH);
    const checked = await readBy(async (em) =>
      expect(await checkKnown(em, fresh, 'vod', batch)).toEqual({ unknown: [], missing: [] }),
    );
    expect(checked).toBeLessThanOrEqual(BATCH);
    expect(await readBy((em) => markPresent(em, fresh, batch))).toBeLessThanOrEqual(BATCH);
  });

  it('what is absent is told from the whole scope, and marked and removed item by item', async () => {
    const read = { noted: 0, marked: 0, removed: 0 };
    await orm.em.fork().transactional(async (em) => {
      const sweep = (await openSweep(em, fresh, { scope: 'vod', runToken: 1, jobId, mode: 'full' }))!;
      const seen = ids.filter((_, at) => at % 10 !== 0);
      await placePages(em, sweep, [{ ordinal: 1, itemIds: seen, categoryIds: [] }]);
      const count = async (work: () => Promise<unknown>) =>
        (await rowsRead((text, parameters) => sql(em, text, parameters), ['item_state'], work)).item_state;
      read.noted = await count(() => noteAbsences(em, sweep, 1, false));
      read.marked = await count(() => markAbsent(em, sweep, true));
      read.removed = await count(async () => {
        const head = await lockHead(em, fresh);
        expect(await removeConfirmed(em, head, sweep, 'movie', 1)).toBe(BATCH);
      });
    });
    // To compare them; the known ones are not counted one by one.
    expect(read.noted).toBeLessThanOrEqual(ITEMS);
    expect(read.marked).toBeLessThanOrEqual(BATCH);
    // Found, then deleted.
    expect(read.removed).toBeLessThanOrEqual(2 * BATCH);
  });
});
