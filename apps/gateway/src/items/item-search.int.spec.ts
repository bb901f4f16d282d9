import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { providerId, type CatalogueItem, type ItemId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import type { ItemFilter } from '@catalogue-sync/item-search';
import { startPostgres, waitFor, type TestPostgres } from '@catalogue-sync/testing';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { writeItems } from '../../fixtures/search-tables.js';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { ItemSearchStore } from './item-search.store.js';
import type { ItemPlace } from './page-statements.js';

/** A page of them and the one that tells whether more follow. */
const LIMIT = 50;
const WALKED_ENTRIES = 2_000;

const movie = (index: number, name: string): CatalogueItem => ({
  id: `movie:${index}` as ItemId,
  kind: 'movie',
  externalId: String(index),
  name,
  categoryIds: [],
  ...(index % 100 === 0 ? { year: 1999 } : {}),
  addedAt: new Date(index * 60_000).toISOString(),
});

/** Folded items in a Postgres of their own, and what the server reads for a page of them. */
class SearchStage {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly tables: CatalogueTables,
  ) {}

  static async create(names: readonly string[]): Promise<SearchStage> {
    const postgres = await startPostgres();
    const tables = await CatalogueTables.create(await postgres.createDatabase());
    for (const table of ['searchable_item', 'projected_item'])
      await tables.client.query(`alter table snapshot.${table} set (autovacuum_enabled = off)`);
    await writeItems(
      tables.client,
      'p1',
      names.map((name, index) => movie(index, name)),
    );
    return new SearchStage(postgres, tables);
  }

  /** Collects statistics, has indexes say what they can without their rows, and has it read by its indexes as a table of many more rows is. */
  async growOld(): Promise<void> {
    await this.tables.client.query('vacuum analyze');
    await this.tables.client.query(
      `do $$ begin execute format('alter database %I set enable_seqscan = off', current_database()); end $$`,
    );
  }

  /** Rows that a page of `LIMIT` makes the server read, through indexes and by reading a whole table, and the names on it. */
  async read(filter: ItemFilter, order: ItemOrder, behind?: ItemPlace) {
    const before = await this.rowsRead();
    const database = new ReadOnlyDatabase(this.tables.readerUrl);
    const request = { filter, order, after: behind, limit: LIMIT };
    const page = await new ItemSearchStore(database).page(providerId('p1'), request);
    await database.onApplicationShutdown();
    // A connection's figures are there when it is gone.
    await waitFor(async () => (await this.connections()) === 0);
    const after = await this.rowsRead();
    return {
      indexed: after.indexed - before.indexed,
      scanned: after.scanned - before.scanned,
      names: page.items.map((item) => (JSON.parse(item) as CatalogueItem).name),
    };
  }

  async close(): Promise<void> {
    await this.tables.close();
    await this.postgres.stop();
  }

  private async connections() {
    const { rows } = await this.tables.client.query<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity where application_name = 'gateway'`,
    );
    return rows[0]?.open;
  }

  private async rowsRead() {
    const { rows } = await this.tables.client.query<{ indexed: string; scanned: string }>(
      `select idx_tup_fetch as indexed, seq_tup_read as scanned from pg_stat_user_tables where relid = 'snapshot.searchable_item'::regclass`,
    );
    return { indexed: Number(rows[0]?.indexed), scanned: Number(rows[0]?.scanned) };
  }
}

/** As many names as that, numbered in order. */
const names = (count: number, beginning: string) =>
  Array.from({ length: count }, (_unused, index) => `${beginning} ${String(index).padStart(5, '0')}`);

/** Some with each letter. */
const plainWith = (letters: string) =>
  Array.from(letters).flatMap((letter) => names(900, `${letter}. Plain`));

// Real: Postgres, which has no statistics yet.
describe('what a search reads right after the first sync of all', () => {
  let stage: SearchStage;

  beforeAll(async () => {
    stage = await SearchStage.create([...names(6_000, 'Common'), ...names(6_000, 'Later')]);
  });
  afterAll(() => stage.close());

  const readBy = async (filter: ItemFilter, order: ItemOrder) => {
    const { indexed, scanned, names: shown } = await stage.read(filter, order);
    expect(shown).toHaveLength(LIMIT);
    return { indexed, scanned };
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

// Real: Postgres with statistics, which tell that very many items have a word.
describe('what a search for very common words reads', () => {
  let stage: SearchStage;
  /** More than are looked for at once begin with their letter. */
  const plain = names(21_000, 'EN - Plain');
  const first = names(1_000, 'EN - The');
  const few = names(30, 'EN - The Night');
  const many = names(24_000, 'FR - The Night');
  /** Before all of them and behind, beginning with letters that few names begin with. */
  const start = [...plainWith('0123'), ...names(200, '4. The Start')];
  const end = [...names(200, 'Vol. The End'), ...plainWith('wxyz')];
  const behindStart = { place: 'a', id: '' };

  beforeAll(async () => {
    stage = await SearchStage.create([...start, ...plain, ...first, ...few, ...many, ...end]);
    await stage.growOld();
  });
  afterAll(() => stage.close());

  it('is what stands next with the same letter, where that fills the page', async () => {
    expect(await stage.read({ kind: 'movie', words: 'the' }, 'name', behindStart)).toEqual({
      indexed: WALKED_ENTRIES + first.length + few.length,
      scanned: 0,
      names: first.slice(0, LIMIT),
    });
  });

  it('is what stands next with the letter of the page before, behind that page', async () => {
    const behind = { place: 'en - plain 00700', id: 'movie:700' };
    const { indexed, names: shown } = await stage.read({ kind: 'movie', words: 'the' }, 'name', behind);
    expect(shown).toEqual(first.slice(0, LIMIT));
    expect(indexed).toBe(WALKED_ENTRIES + first.length + few.length);
  });

  it('is what stands with the next letters, as long as few names begin with them', async () => {
    expect(await stage.read({ kind: 'movie', words: 'the' }, 'name')).toEqual({
      indexed: WALKED_ENTRIES + 200,
      scanned: 0,
      names: names(LIMIT, '4. The Start'),
    });
    expect(await stage.read({ kind: 'movie', words: 'the' }, '-name')).toEqual({
      indexed: WALKED_ENTRIES + 200,
      scanned: 0,
      names: names(200, 'Vol. The End').toReversed().slice(0, LIMIT),
    });
  });

  it('of a single word is not looked for there', async () => {
    const { indexed } = await stage.read({ words: 'night' }, 'name');
    expect(indexed).toBe(WALKED_ENTRIES + few.length + many.length);
  });

  it('is all that they find, where the page reaches beyond', async () => {
    expect(await stage.read({ kind: 'movie', words: 'night' }, 'name', behindStart)).toEqual({
      indexed: WALKED_ENTRIES + few.length + few.length + many.length,
      scanned: 0,
      names: [...few, ...many].slice(0, LIMIT),
    });
  });
});
