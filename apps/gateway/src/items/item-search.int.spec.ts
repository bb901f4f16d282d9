import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providerId, type CatalogueItem, type ItemId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import type { ItemFilter } from '@catalogue-sync/item-search';
import { startPostgres, waitFor, type TestPostgres } from '@catalogue-sync/testing';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { writeItems } from '../../fixtures/search-tables.js';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { ItemSearchStore } from './item-search.store.js';

/** A page of them and the one that tells whether more follow. */
const LIMIT = 50;
const WALKED_ENTRIES = 2_000;

const movies = Array.from({ length: 12_000 }, (_unused, index): CatalogueItem => ({
  id: `movie:${index}` as ItemId,
  kind: 'movie',
  externalId: String(index),
  name: `${index < 6_000 ? 'Common' : 'Later'} ${String(index).padStart(5, '0')}`,
  categoryIds: [],
  ...(index % 100 === 0 ? { year: 1999 } : {}),
  addedAt: new Date(index * 60_000).toISOString(),
}));

// Real: Postgres, which has no statistics yet.
describe('what a search reads right after the first sync of all', () => {
  let postgres: TestPostgres;
  let tables: CatalogueTables;

  beforeAll(async () => {
    postgres = await startPostgres();
    tables = await CatalogueTables.create(await postgres.createDatabase());
    for (const table of ['searchable_item', 'projected_item'])
      await tables.client.query(`alter table snapshot.${table} set (autovacuum_enabled = off)`);
    await writeItems(tables.client, 'p1', movies);
  });
  afterAll(async () => {
    await tables.close();
    await postgres.stop();
  });

  const connections = async () => {
    const { rows } = await tables.client.query<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity where application_name = 'gateway'`,
    );
    return rows[0]?.open;
  };

  /** Rows that a first page of `LIMIT` makes the server read: through indexes, and by reading a whole table. */
  const readBy = async (filter: ItemFilter, order: ItemOrder) => {
    const rowsRead = async () => {
      const { rows } = await tables.client.query<{ indexed: string; scanned: string }>(
        `select idx_tup_fetch as indexed, seq_tup_read as scanned from pg_stat_user_tables where relid = 'snapshot.searchable_item'::regclass`,
      );
      return { indexed: Number(rows[0]?.indexed), scanned: Number(rows[0]?.scanned) };
    };
    const before = await rowsRead();
    const database = new ReadOnlyDatabase(tables.readerUrl);
    const request = { filter, order, after: undefined, limit: LIMIT };
    const page = await new ItemSearchStore(database).page(providerId('p1'), request);
    await database.onApplicationShutdown();
    // A connection's figures are there when it is gone.
    await waitFor(async () => (await connections()) === 0);
    expect(page.items).toHaveLength(LIMIT);
    const after = await rowsRead();
    return { indexed: after.indexed - before.indexed, scanned: after.scanned - before.scanned };
  };

  it('a page is read as far as it is shown, in any order', async () => {
    for (const order of ['name', '-name', 'added', '-added'] as const)
      for (const filter of [{}, { kind: 'movie' }] as const)
        expect([order, filter, await readBy(filter, order)]).toEqual([
          order,
          filter,
          { indexed: LIMIT + 1, scanned: 0 },
        ]);
  });

  it('what is found in those that come first is walked on to, as far as a page takes', async () => {
    for (const order of ['name', 'added'] as const)
      expect([order, await readBy({ year: 1999 }, order)]).toEqual([
        order,
        { indexed: WALKED_ENTRIES + 100 * LIMIT + 1, scanned: 0 },
      ]);
  });

  it('what stands together is found where it begins', async () => {
    // Other names with the word are looked up besides; of a table this small all rows may be read for that.
    const { indexed } = await readBy({ words: 'later' }, 'name');
    expect(indexed).toBe(WALKED_ENTRIES + LIMIT + 1);
  });
});
