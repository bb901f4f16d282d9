import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueItem, ItemId, ItemKind } from '@catalogue-sync/contracts';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { writeItems } from '../../fixtures/search-tables.js';
import { makeMovie, storeSnapshot } from '../../fixtures/stored-snapshot.js';

interface Page {
  items: CatalogueItem[];
  nextCursor?: string;
}

const item = (kind: ItemKind, externalId: string, fields: Partial<CatalogueItem>): CatalogueItem => ({
  id: `${kind}:${externalId}` as ItemId,
  kind,
  externalId,
  name: `Item ${externalId}`,
  categoryIds: [],
  ...fields,
});

describe('items over HTTP', () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.open();
    // More than are looked through in order: rare things are found by the index, common ones by walking.
    const movies = Array.from({ length: 12_000 }, (_unused, index) =>
      item('movie', String(index), {
        name: `Movie ${String(index).padStart(5, '0')}${index === 11_000 ? ' Rare' : ''}`,
        categoryIds: [index % 2 === 0 ? 'vod:even' : 'vod:odd', ...(index > 11_989 ? ['vod:last'] : [])],
        genres: index % 3 === 0 ? ['Drama'] : ['Comedy'],
        year: 1900 + (index % 100),
        addedAt: new Date(index * 60_000).toISOString(),
      }),
    );
    const channel = item('channel', 'ü/1', { name: 'Zero' });
    await writeItems(stage.tables.client, 'p1', [...movies, channel]);
    await writeItems(stage.tables.client, 'p2', [item('movie', '1', { name: 'Rare of another provider' })]);
  });
  afterAll(() => stage.close());

  const walk = async (query: string, pages = Infinity, provider = 'p1'): Promise<string[]> => {
    const ids: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pages; page++) {
      const path: string = `${provider}/items?${query}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { body } = await stage.json<Page>(path);
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
      if (cursor === undefined) break;
    }
    return ids;
  };
  const range = (from: number, to: number, step = 1) =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_unused, index) => `movie:${from + index * step}`);

  it('gives all items once, in the order that is asked for', async () => {
    const all = await walk('limit=200');
    expect(all).toEqual([...range(0, 12_000), 'channel:ü/1']);
    expect(await walk('limit=3&sort=-name', 2)).toEqual(['channel:ü/1', ...range(11_995, 12_000).reverse()]);
    expect(await walk('limit=3&sort=-added', 2)).toEqual(range(11_994, 12_000).reverse());
    expect(await walk('limit=3&sort=added', 2)).toEqual(['channel:ü/1', ...range(0, 5)]);
  });

  it('finds what has all that is asked for, common or rare, over its pages', async () => {
    expect(await walk('limit=200&category=vod:even&genre=DRAMA&kind=movie')).toEqual(range(0, 12_000, 6));
    expect(await walk('q=rar%20movie')).toEqual(['movie:11000']);
    expect(await walk('limit=3&category=vod:last')).toEqual(range(11_990, 12_000));
    expect(await walk('limit=4&category=vod:last&sort=-added')).toEqual(range(11_990, 12_000).reverse());
    expect(await walk('limit=7&year=1999&genre=drama&category=vod:odd')).toEqual(range(99, 12_000, 300));
    expect(await walk('category=none')).toEqual(['channel:ü/1']);
    expect(await walk('kind=series')).toEqual([]);
  });

  it('finds what stands together behind many others, and what has the same words elsewhere', async () => {
    const name = (n: number) => {
      const number = String(n).padStart(5, '0');
      if (n < 6_000) return `A ${number}${n % 1_500 === 7 ? ' Multi' : ''}`;
      if (n < 12_500)
        return `Multi ${number} ${n % 4 === 0 ? 'East' : 'West'}${n === 6_050 ? ' Multi Rare' : ''}`;
      return `Zoo ${number}${n % 1_500 === 7 ? ' multiple West' : ''}`;
    };
    const movies = Array.from({ length: 18_500 }, (_unused, n) =>
      item('movie', String(n), { name: name(n), genres: n % 2_000 === 0 ? ['Drama'] : ['Comedy'] }),
    );
    await writeItems(stage.tables.client, 'pmulti', movies);
    const oracle = (words: string[], genre?: string) =>
      movies
        .filter(({ name: text, genres }) => {
          const own = text.toLowerCase().split(' ');
          const hasAll = words.every((word) => own.some((one) => one.startsWith(word)));
          return hasAll && (genre === undefined || genres?.includes(genre) === true);
        })
        .map(({ id }) => id as string);
    for (const [query, expected] of [
      ['q=multi', oracle(['multi'])],
      ['q=mul%20west', oracle(['mul', 'west'])],
      ['q=west%20multi', oracle(['west', 'multi'])],
      ['q=multi%20rare', oracle(['multi', 'rare'])],
      ['q=rare%20multi', oracle(['rare', 'multi'])],
      ['q=rare%20zoo', oracle(['rare', 'zoo'])],
      ['q=multi&genre=Drama', oracle(['multi'], 'Drama')],
      ['q=multiple', oracle(['multiple'])],
    ] as const) {
      expect([query, await walk(`limit=200&${query}`, 60, 'pmulti')]).toEqual([query, expected]);
      const down = expected.toReversed().slice(0, 600);
      expect([query, await walk(`limit=200&sort=-name&${query}`, 3, 'pmulti')]).toEqual([query, down]);
    }
    expect(await walk('q=multi%2012300&sort=added', 2, 'pmulti')).toEqual(['movie:12300']);
    expect(await walk('limit=3&q=multi', 2, 'pmulti')).toEqual(oracle(['multi']).slice(0, 6));
  });

  it('ends a page early when items are large, and loses none', async () => {
    const large = Array.from({ length: 10 }, (_unused, index) =>
      item('movie', String(index), { name: 'Same', description: 'x'.repeat(900_000) }),
    );
    await writeItems(stage.tables.client, 'plarge', large);
    const first = await stage.json<Page>('plarge/items');
    expect(first.body.items).toHaveLength(5);
    const second = await stage.json<Page>(`plarge/items?cursor=${first.body.nextCursor}`);
    expect(second.body.items.map(({ id }) => id)).toEqual(large.slice(5).map(({ id }) => id));
    expect(second.body.nextCursor).toBeUndefined();
  });

  it('goes on behind names of any length and script', async () => {
    const names = ['"\\', 'ab', 'ж'.repeat(200), 'ж'.repeat(200), '映'.repeat(200)];
    await writeItems(
      stage.tables.client,
      'pnames',
      names.map((name, index) => item('movie', String(index), { name })),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { body }: { body: Page } = await stage.json<Page>(
        `pnames/items?limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map(({ externalId }) => externalId));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['0', '1', '2', '3', '4']);
  });

  it('refuses what it cannot read, at its field', async () => {
    const { body } = await stage.json<Page>('p1/items?limit=1&sort=name');
    for (const [query, field] of [
      ['kind=film', 'kind'],
      ['q=', 'q'],
      ['q=---', 'q'],
      ['year=99', 'year'],
      ['sort=year', 'sort'],
      ['limit=201', 'limit'],
      ['cursor=abc', 'cursor'],
      [`sort=added&cursor=${body.nextCursor}`, 'cursor'],
    ])
      expect([query, await stage.json(`p1/items?${query}`)]).toMatchObject([
        query,
        { status: 400, body: { errors: [{ field }] } },
      ]);
    expect(await stage.json('pnone/items')).toMatchObject({
      status: 404,
      body: { code: 'provider-not-found' },
    });
    expect(await stage.json('pnew/items')).toEqual({ status: 200, body: { items: [] } });
  });

  it('tells an item with the events that made it, and a removed one by those alone', async () => {
    const { client } = stage.tables;
    await stage.tables.writeLog('plog', ['{"n":1}', '{"n":2}', '{"n":3}']);
    await client.query(
      `update catalogue.event set subject = 'movie:ü/"1"' where provider_id = 'plog' and seq <> 2`,
    );
    await writeItems(client, 'plog', [item('movie', 'ü/"1"', { name: 'Here' })]);
    const path = `plog/items/${encodeURIComponent('movie:ü/"1"')}`;
    expect(await stage.json(path)).toMatchObject({
      status: 200,
      body: {
        item: { name: 'Here' },
        history: [
          { seq: 3, data: { n: 3 } },
          { seq: 1, data: { n: 1 } },
        ],
      },
    });
    await client.query(`delete from snapshot.projected_item where provider_id = 'plog'`);
    const { body } = await stage.json(path);
    expect(body).toMatchObject({ history: [{ seq: 3 }, { seq: 1 }] });
    expect(body).not.toHaveProperty('item');
    expect(await stage.json('pnew/items/movie:1')).toMatchObject({
      status: 404,
      body: { code: 'item-not-found' },
    });
    expect(await stage.json('pnone/items/movie:1')).toMatchObject({
      status: 404,
      body: { code: 'provider-not-found' },
    });
  });

  it('lists the categories of a version with their counts', async () => {
    await storeSnapshot(stage.tables.client, {
      provider: 'pcount',
      version: 7,
      items: [
        makeMovie('1', 'One', 'vod:b', 'vod:a'),
        makeMovie('2', 'Two', 'vod:b'),
        makeMovie('3', 'Three', 'vod:unnamed'),
        item('series', '1', { categoryIds: ['vod:b'] }),
        item('channel', '1', {}),
      ],
      categories: [
        { id: 'vod:a', scope: 'vod', externalId: 'a', name: 'A', position: 1 },
        { id: 'vod:b', scope: 'vod', externalId: 'b', name: 'B', position: 0 },
        { id: 'vod:empty', scope: 'vod', externalId: 'empty', name: 'Empty' },
      ],
    });
    expect(await stage.json('pcount/categories')).toEqual({
      status: 200,
      body: {
        snapshotVersion: 7,
        asOfSeq: 70,
        categories: [
          {
            id: 'vod:b',
            category: expect.objectContaining({ name: 'B' }),
            counts: { channel: 0, movie: 2, series: 1 },
          },
          {
            id: 'vod:a',
            category: expect.objectContaining({ name: 'A' }),
            counts: { channel: 0, movie: 1, series: 0 },
          },
          { id: 'vod:empty', category: expect.anything(), counts: { channel: 0, movie: 0, series: 0 } },
          { id: 'none', counts: { channel: 1, movie: 0, series: 0 } },
          { id: 'vod:unnamed', counts: { channel: 0, movie: 1, series: 0 } },
        ],
      },
    });
    const answer = await stage.request('pcount/categories');
    const same = await stage.request('pcount/categories', { 'if-none-match': String(answer.headers.etag) });
    expect(same.statusCode).toBe(304);
    expect(await stage.json('pnew/categories')).toMatchObject({
      status: 404,
      body: { code: 'snapshot-not-found' },
    });
  });
});
