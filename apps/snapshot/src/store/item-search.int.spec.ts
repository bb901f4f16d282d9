import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrm, migrate } from '@catalogue-sync/persistence';
import { startPostgres, type TestPostgres } from '@catalogue-sync/testing';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { migrations } from './migrations.js';

// Real: Postgres with the service's migrations.
describe('the search over items', () => {
  let postgres: TestPostgres;
  let client: pg.Client;
  const orms: MikroORM[] = [];

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
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await Promise.all(orms.map((orm) => orm.close()));
    await postgres.stop();
  });

  interface Row {
    id: string;
    kind?: string;
    category?: string;
    more?: string[];
    payload: object | string;
  }
  const put = async (provider: string, rows: Row[], db = client) => {
    await db.query(
      `insert into snapshot.projected_item (provider_id, item_id, kind, category, more_categories, slot, added_in, payload)
         select $1, r.*
           from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $6::int[], $7::text[]) as r`,
      [
        provider,
        rows.map(({ id }) => id),
        rows.map(({ kind = 'movie' }) => kind),
        rows.map(({ category = '' }) => category),
        rows.map(({ more }) => (more === undefined ? null : JSON.stringify(more))),
        rows.map(() => 0),
        rows.map(({ payload }) => (typeof payload === 'string' ? payload : JSON.stringify(payload))),
      ],
    );
  };
  interface Wanted {
    words?: string;
    kind?: string;
    genre?: string;
    year?: number;
    category?: string;
  }
  const find = async (provider: string, { words, kind, genre, year, category }: Wanted) => {
    const { rows } = await client.query<{ item_id: string }>(
      `select item_id from snapshot.v_searchable_item
        where terms @@ snapshot.item_query($1, $2, $3, $4, $5, $6) order by name_order, item_id`,
      [provider, words, kind, genre, year, category],
    );
    return rows.map((row) => row.item_id);
  };

  it('finds words by their beginnings, whatever their case and accents', async () => {
    await put('pwords', [
      { id: 'movie:1', payload: { name: 'EN - Amélie: Die Fabelhafte', originalName: 'Le Fabuleux destin' } },
      { id: 'movie:2', payload: { name: 'ЖЁЛТЫЙ Дом' } },
      { id: 'movie:3', payload: { name: "O'Brien \\ 'quoted' 9-1-1" } },
      { id: 'movie:4', payload: {} },
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
    ] as const)
      expect([words, await find('pwords', { words })]).toEqual([words, expected]);
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
        kind: 'series',
        category: 'vod:2',
        payload: { name: 'b', genres: ['DRAMA'], year: 2001 },
      },
      { id: 'channel:1', kind: 'channel', payload: { name: 'c' } },
    ]);
    expect(await find('pfacts', { category: 'vod:2' })).toEqual(['movie:1', 'series:1']);
    expect(await find('pfacts', { category: 'vod:2', kind: 'series' })).toEqual(['series:1']);
    expect(await find('pfacts', { category: '' })).toEqual(['channel:1']);
    expect(await find('pfacts', { genre: 'drama' })).toEqual(['movie:1', 'series:1']);
    expect(await find('pfacts', { genre: 'sci' })).toEqual([]);
    expect(await find('pfacts', { genre: 'sci-fi', year: 1999, words: 'a' })).toEqual(['movie:1']);
    expect(await find('pfacts', { year: 1998 })).toEqual([]);
  });

  it('follows what is put and removed', async () => {
    await put('pmoves', [{ id: 'movie:1', payload: { name: 'before' } }]);
    await client.query(`delete from snapshot.projected_item where provider_id = 'pmoves'`);
    expect(await find('pmoves', { words: 'before' })).toEqual([]);
    await put('pmoves', [{ id: 'movie:1', payload: { name: 'after' } }]);
    expect(await find('pmoves', { words: 'after' })).toEqual(['movie:1']);
  });

  it('lets no item keep the others from being folded', async () => {
    const deep = `{"name":"deep","extra":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    await put('pbad', [
      { id: 'movie:1', payload: { name: 'good' } },
      { id: 'movie:2', category: 'vod:1', payload: '{"name":"half \\ud800"}' },
      { id: 'movie:3', payload: '{"name":"nul \\u0000"}' },
      { id: 'movie:4', payload: deep },
      {
        id: 'movie:5',
        payload: { name: 'x'.repeat(5_000), year: 'soon', genres: [null, 1, { a: 1 }], addedAt: 7 },
      },
      { id: 'movie:6', payload: { name: 'ü'.repeat(3_000), genres: 'Drama' } },
      { id: 'movie:7', payload: { name: ['a list'] } },
    ]);
    expect(await find('pbad', { kind: 'movie' })).toHaveLength(7);
    expect(await find('pbad', { words: 'good' })).toEqual(['movie:1']);
    expect(await find('pbad', { category: 'vod:1' })).toEqual(['movie:2']);
    expect(await find('pbad', { words: 'x'.repeat(400) })).toEqual(['movie:5']);
  });

  it('takes in what was folded before it came', async () => {
    const url = await postgres.createDatabase();
    await migrated(url, migrations.slice(0, 1));
    const db = await connect(url);
    await put(
      'pold',
      [
        { id: 'movie:1', payload: { name: 'old' } },
        { id: 'movie:2', payload: '{"name":"\\u0000"}' },
      ],
      db,
    );
    await migrated(url, migrations);
    const { rows } = await db.query(
      `select item_id, name_order from snapshot.searchable_item order by item_id`,
    );
    expect(rows).toEqual([
      { item_id: 'movie:1', name_order: 'old' },
      { item_id: 'movie:2', name_order: '' },
    ]);
    await db.end();
  });
});
