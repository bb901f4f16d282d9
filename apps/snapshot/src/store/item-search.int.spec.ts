import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, providerId } from '@catalogue-sync/contracts';
import { entryOf, itemQuery, type ItemFilter } from '@catalogue-sync/item-search';
import { createOrm, migrate } from '@catalogue-sync/persistence';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { readChange, type CatalogueChange } from '../fold/catalogue-change.js';
import { planFold, touchedIds } from '../fold/plan-fold.js';
import { migrations } from './migrations.js';
import { ProjectionStore } from './projection.store.js';

interface ExpectedItem {
  kind: string;
  categoryIds: string[];
  name: string;
  year: number;
  genres: string[];
  addedAt: string;
}

const beginnings = (mark: string, word: string) => [
  ...[1, 2, 3, 4, 5].map((length) => `${mark}${word.slice(0, length)}`),
  ...(word.length > 5 ? [`${mark.toUpperCase()}${word}`] : []),
];

/** What is kept of an item with an ASCII name; its provider's tag is left out. */
function expectedRow(id: string, item: ExpectedItem) {
  const { kind, categoryIds, name, year, genres, addedAt } = item;
  const words = name.toLowerCase().split(' ');
  const lexemes = [
    ...beginnings('f', words[0]!),
    ...words.flatMap((word) => beginnings('w', word)),
    `k${kind}`,
    `y${year}`,
    ...genres.map((genre) => `g${genre.toLowerCase()}`),
    ...(categoryIds.length === 0 ? [''] : categoryIds).map((category) => `c${category}`),
  ];
  return { id, name_order: name.toLowerCase(), added_at: addedAt, lexemes: [...new Set(lexemes)].toSorted() };
}

// Real: Postgres with the service's migrations.
describe('the search over items', () => {
  let postgres: TestPostgres;
  let client: pg.Client;
  const orms: MikroORM[] = [];
  const projection = new ProjectionStore();

  const migrated = async (url: string, entries: typeof migrations) => {
    const orm = await createOrm({ url, schema: 'snapshot', entities: [], migrations: entries });
    orms.push(orm);
    await migrate(orm);
  };
  const connect = async (url: string) => {
    const connection = new pg.Client({ connectionString: url });
    await connection.connect();
    return connection;
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    await migrated(url, migrations);
    client = await connect(url);
  });
  afterAll(async () => {
    await client.end();
    await Promise.all(orms.map((orm) => orm.close()));
    await postgres.stop();
  });

  interface Row {
    id: string;
    category?: string;
    more?: string[];
    payload: object;
  }
  /** Folds changes as the service does, each call in a transaction of its own. */
  const fold = async (provider: string, changes: readonly CatalogueChange[]) => {
    const { items } = touchedIds(changes);
    await orms[0]!.em.fork().transactional(async (em) => {
      const known = await projection.knownItems(em, providerId(provider), items);
      const plan = planFold(changes, { items: known, categories: new Set() }, 1);
      await projection.apply(em, providerId(provider), plan);
    });
  };
  const added = ({ id, category, more = [], payload }: Row) => {
    const categoryIds = category === undefined ? [] : [category, ...more];
    const body = { id, kind: id.split(':')[0], categoryIds, ...payload };
    return readChange({ seq: 1, type: EVENT_TYPE.itemAdded, body: Buffer.from(JSON.stringify(body)) });
  };
  const removed = (id: string): CatalogueChange => ({ type: 'item-removed', id });
  const put = (provider: string, rows: Row[]) => fold(provider, rows.map(added));
  const find = async (provider: string, filter: ItemFilter, query: 'terms' | 'laterTerms' = 'terms') => {
    const { rows } = await client.query<{ item_id: string }>(
      `select item_id from snapshot.v_searchable_item
        where lexemes @@ $2::text::tsquery and provider_id = $1 order by name_order, item_id`,
      [provider, itemQuery(providerId(provider), filter)?.[query]],
    );
    return rows.map((row) => row.item_id);
  };

  it('finds words by their beginnings, whatever their case and accents', async () => {
    await put('pwords', [
      { id: 'movie:1', payload: { name: 'EN - Amélie: Die Fabelhafte', originalName: 'Le Fabuleux destin' } },
      { id: 'movie:2', payload: { name: 'ЖЁЛТЫЙ Дом' } },
      { id: 'movie:3', payload: { name: "O'Brien \\ 'quoted' 9-1-1" } },
      { id: 'movie:4', payload: {} },
      { id: 'movie:5', payload: { name: 'ℍ𝐞𝐚𝐭 𝕋𝕠𝕡' } },
    ]);
    await put('pother', [{ id: 'movie:1', payload: { name: 'Amelie' } }]);
    for (const [words, expected] of [
      ['amel', ['movie:1']],
      ['AMÉL fab', ['movie:1']],
      ['destin', ['movie:1']],
      ['melie', []],
      ['желт', ['movie:2']],
      ["'quoted' \\", ['movie:3']],
      ["o'brien", ['movie:3']],
      ['9-1', ['movie:3']],
      ['heat top', ['movie:5']],
      ['ℍeat', ['movie:5']],
    ] as const)
      expect([words, await find('pwords', { words })]).toEqual([words, expected]);
  });

  it('parts the items whose name begins with a word from the others that have it', async () => {
    await put('pfirst', [
      { id: 'movie:1', payload: { name: '┃DE┃ Heat' } },
      { id: 'movie:2', payload: { name: 'Detour', originalName: 'De Heat' } },
      { id: 'movie:3', payload: { name: 'Cruella de Vil' } },
      { id: 'movie:4', payload: { name: '***', originalName: 'Deep' } },
      { id: 'movie:5', payload: { name: 'de de' } },
      { id: 'movie:6', payload: { name: '[4K] Heat' } },
    ]);
    const { rows } = await client.query<{ name_order: string }>(
      `select name_order from snapshot.v_searchable_item where provider_id = 'pfirst' order by item_id`,
    );
    expect(rows.map(({ name_order }) => name_order)).toEqual([
      'de┃ heat',
      'detour',
      'cruella de vil',
      '',
      'de de',
      '4k] heat',
    ]);
    expect(await find('pfirst', { words: 'de' })).toEqual([
      'movie:4',
      'movie:3',
      'movie:5',
      'movie:2',
      'movie:1',
    ]);
    expect(await find('pfirst', { words: 'de' }, 'laterTerms')).toEqual(['movie:4', 'movie:3']);
    expect(await find('pfirst', { words: 'heat de' }, 'laterTerms')).toEqual(['movie:2', 'movie:1']);
    expect(await find('pfirst', { words: 'four' }, 'laterTerms')).toEqual([]);
  });

  it('finds by kind, genre, year and category together', async () => {
    await put('pfacts', [
      {
        id: 'movie:1',
        category: 'vod:1',
        more: ['vod:2'],
        payload: { name: 'a', genres: ['Drama', 'Sci-Fi'], year: 1999 },
      },
      {
        id: 'series:1',
        category: 'vod:2',
        payload: { name: 'b', genres: ['DRAMA'], year: 2001 },
      },
      { id: 'channel:1', payload: { name: 'c' } },
    ]);
    expect(await find('pfacts', { category: 'vod:2' })).toEqual(['movie:1', 'series:1']);
    expect(await find('pfacts', { category: 'vod:2', kind: 'series' })).toEqual(['series:1']);
    expect(await find('pfacts', { category: '' })).toEqual(['channel:1']);
    expect(await find('pfacts', { genre: 'drama' })).toEqual(['movie:1', 'series:1']);
    expect(await find('pfacts', { genre: 'sci' })).toEqual([]);
    expect(await find('pfacts', { genre: 'sci-fi', year: 1999, words: 'a' })).toEqual(['movie:1']);
    expect(await find('pfacts', { year: 1998 })).toEqual([]);
  });

  it('says of every item what projected_item says, after additions, updates, moves and removals', async () => {
    const facts = (n: number, round: number) => ({
      name: `Item ${n} of ${round}`,
      year: 1990 + ((n + round) % 9),
      genres: n % 3 === 0 ? [] : [`Genre ${n % 4}`, 'Drama'],
      addedAt: `2024-01-0${1 + (n % 9)}`,
    });
    const row = (n: number, round: number): Row => ({
      id: `${n % 5 === 0 ? 'series' : 'movie'}:${n}`,
      ...(n % 7 === 0 ? {} : { category: `vod:${(n + round) % 4}`, more: n % 11 === 0 ? ['vod:more'] : [] }),
      payload: facts(n, round),
    });
    const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
    await put(
      'pall',
      range(0, 300).map((n) => row(n, 0)),
    );
    await fold('pall', [
      ...range(0, 100).map((n) => added(row(n, 1))),
      ...range(100, 150).map((n) => removed(row(n, 0).id)),
      ...range(150, 160).flatMap((n) => [removed(row(n, 0).id), added(row(n, 2))]),
      ...range(300, 320).flatMap((n) => [added(row(n, 0)), removed(row(n, 0).id)]),
      ...range(300, 310).map((n) => added(row(n, 3))),
    ]);
    const { rows: items } = await client.query<{ id: string; payload: string }>(
      `select item_id as id, payload from snapshot.projected_item where provider_id = 'pall' order by item_id`,
    );
    const { rows: found } = await client.query<{ id: string; lexemes: string[] }>(
      `select item_id as id, name_order, added_at, array(select substr(l, 4) from unnest(tsvector_to_array(lexemes)) as l) as lexemes
         from snapshot.searchable_item where provider_id = 'pall' order by item_id`,
    );
    expect(items).toHaveLength(260);
    expect(found.map((one) => ({ ...one, lexemes: one.lexemes.toSorted() }))).toEqual(
      items.map(({ id, payload }) => expectedRow(id, JSON.parse(payload) as ExpectedItem)),
    );
  });

  it('lays items whose names begin alike beside each other', async () => {
    const names = ['EN - Zebra', 'Über', 'EN - Anchor', 'Multi', 'a-b', 'ab', 'Zoo', 'Ж'];
    await put(
      'palike',
      names.map((name, n) => ({ id: `movie:${n}`, payload: { name } })),
    );
    const { rows } = await client.query<{ name_order: string }>(
      `select name_order from snapshot.searchable_item where provider_id = 'palike' order by ctid`,
    );
    expect(rows.map((row) => row.name_order)).toEqual([
      'a-b',
      'ab',
      'en - anchor',
      'en - zebra',
      'multi',
      'uber',
      'zoo',
      'ж',
    ]);
  });

  it('lets no item keep the others from being folded', async () => {
    await put('pbad', [
      { id: 'movie:1', payload: { name: 'good' } },
      { id: 'movie:2', category: 'vod:1', payload: { name: 'half \ud800' } },
      {
        id: 'movie:3',
        category: `vod:\u0001${'ü'.repeat(3_000)}`,
        payload: { name: 'nul \0 one \u0001\u0001' },
      },
      { id: 'movie:4', payload: { name: 'deep', genres: ['\u0001', 'ﷺ'.repeat(399), 'x'.repeat(5_000)] } },
      {
        id: 'movie:5',
        payload: { name: 'x'.repeat(5_000), year: 'soon', genres: [null, 1, { a: 1 }], addedAt: 7 },
      },
      { id: 'movie:6', payload: { name: 'ﷺ'.repeat(3_000), genres: 'Drama' } },
      { id: 'movie:7', payload: { name: ['a list'] } },
      {
        id: 'movie:8',
        category: 'vod:many',
        more: Array.from({ length: 20_000 }, (_, n) => `vod:${n}-${'m'.repeat(100)}`),
        payload: { name: 'listed everywhere' },
      },
    ]);
    expect(await find('pbad', { kind: 'movie' })).toHaveLength(8);
    expect(await find('pbad', { words: 'good' })).toEqual(['movie:1']);
    expect(await find('pbad', { category: 'vod:1' })).toEqual(['movie:2']);
    expect(await find('pbad', { words: 'one' })).toEqual(['movie:3']);
    expect(await find('pbad', { genre: '1' })).toEqual(['movie:5']);
    expect(await find('pbad', { words: 'x'.repeat(400) })).toEqual(['movie:5']);
  });

  it('takes in what was folded before it came', async () => {
    const url = await postgres.createDatabase();
    await migrated(url, migrations.slice(0, 1));
    const db = await connect(url);
    await db.query(
      `insert into snapshot.projected_item (provider_id, item_id, kind, category, slot, added_in, payload)
         values ('pold', 'movie:1', 'movie', '', 0, 1, '{"name":"Old"}'), ('pold', 'movie:2', 'movie', '', 0, 1, '{"name":"\\u0000"}')`,
    );
    await migrated(url, migrations);
    const { rows } = await db.query<{ item_id: string; name_order: string; lexemes: string[] }>(
      `select item_id, name_order, tsvector_to_array(lexemes) as lexemes from snapshot.searchable_item order by item_id`,
    );
    expect(rows.map(({ item_id, name_order }) => [item_id, name_order])).toEqual([
      ['movie:1', 'old'],
      ['movie:2', ''],
    ]);
    const { rows: laid } = await db.query(`select item_id from snapshot.searchable_item order by ctid`);
    expect(laid).toEqual([{ item_id: 'movie:2' }, { item_id: 'movie:1' }]);
    // That the name begins with it was not noted then.
    const { lexemes } = entryOf(providerId('pold'))({
      kind: 'movie',
      name: 'Old',
      genres: [],
      year: '',
      categoryIds: [],
    });
    expect(rows[0]?.lexemes.toSorted()).toEqual(lexemes.filter((lexeme) => lexeme[3] !== 'f').toSorted());
    await db.end();
  });

  it('gives what was folded under the ids of providers the lexemes of today', async () => {
    const url = await postgres.createDatabase();
    await migrated(url, migrations.slice(0, 11));
    const db = await connect(url);
    // A provider whose tag has signs that differ between forms of base64. The second row is as it stands of a catalogue that is folded anew: found as the live one.
    await db.query(
      `insert into snapshot.searchable_item
         select p.id, 'movie:1', 'multi - big forêts', '2024-01-01', array_to_tsvector(array[
                'pold559 fmulti', 'pold559 wbig', 'pold559 wforets', 'pold559 w', 'pold559 kmovie', 'pold559 y1990', 'pold559 cvod:1 a', 'pold559 gwestern & co'])
           from (values ('pold559'), ('pold559~rebuild')) as p (id)`,
    );
    await migrated(url, migrations);
    const { rows } = await db.query<{ lexemes: string[] }>(
      `select provider_id, name_order, added_at, tsvector_to_array(lexemes) as lexemes from snapshot.v_searchable_item order by 1`,
    );
    const { lexemes } = entryOf(providerId('pold559'))({
      kind: 'movie',
      name: 'MULTI - Big Forêts',
      genres: ['Western & Co'],
      year: '1990',
      categoryIds: ['vod:1 a'],
    });
    const row = { name_order: 'multi - big forêts', added_at: '2024-01-01' };
    expect(rows.map((found) => ({ ...found, lexemes: found.lexemes.toSorted() }))).toEqual(
      ['pold559', 'pold559~rebuild'].map((id) => ({
        ...row,
        provider_id: id,
        lexemes: [...new Set(lexemes)].toSorted(),
      })),
    );
    await db.end();
  });
});
