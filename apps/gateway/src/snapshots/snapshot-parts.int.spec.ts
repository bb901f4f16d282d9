import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogueCategory, CatalogueItem, ItemId, ItemKind } from '@catalogue-sync/contracts';
import type { SnapshotChangesDto } from '@catalogue-sync/contracts/rest';
import fc from 'fast-check';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { makeMovie, makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';

const category = (externalId: string, name = `Category ${externalId}`): CatalogueCategory => ({
  id: `vod:${externalId}`,
  scope: 'vod',
  externalId,
  name,
});

describe('parts of a snapshot over HTTP', () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.open();
  });
  afterAll(() => stage.close());

  describe('one category', () => {
    const channel: CatalogueItem = {
      id: 'channel:1' as ItemId,
      kind: 'channel',
      externalId: '1',
      name: 'Eins',
      categoryIds: ['vod:a/b "ü"'],
    };
    const movies = [
      makeMovie('1', 'Erster', 'vod:a/b "ü"'),
      makeMovie('2', 'Two', 'vod:a/b "ü"', 'vod:z'),
      makeMovie('3', 'Elsewhere first', 'vod:z', 'vod:a/b "ü"'),
      makeMovie('4', 'Alone'),
    ];
    const path = `pcat/snapshot/categories/${encodeURIComponent('vod:a/b "ü"')}`;
    beforeAll(async () => {
      const categories = [category('a/b "ü"'), category('z'), category('empty')];
      const items = [...movies, channel];
      await storeSnapshot(stage.tables.client, {
        provider: 'pcat',
        version: 3,
        items,
        categories,
        itemsPerSegment: 1,
      });
    });

    it('gives its items whole, and the ids of those that stand in another one first', async () => {
      const plain = await stage.json(path);
      expect(plain).toEqual({
        status: 200,
        body: {
          version: '1.0',
          snapshotVersion: 3,
          providerId: 'pcat',
          asOfSeq: 30,
          imageBaseUrl: 'http://images.example/',
          categoryId: 'vod:a/b "ü"',
          category: category('a/b "ü"'),
          channels: [channel],
          channelIds: ['channel:1'],
          movies: movies.slice(0, 2),
          movieIds: ['movie:1', 'movie:2', 'movie:3'],
          series: [],
          seriesIds: [],
        },
      });
      expect(await stage.json(path, { 'accept-encoding': 'gzip' })).toEqual(plain);
      const { body } = await stage.json(`${path}?kind=channel`);
      expect(body).toMatchObject({ channelIds: ['channel:1'] });
      expect(body).not.toHaveProperty('movies');
    });

    it('gives an empty one, the items of none, and one that the provider does not name', async () => {
      expect(await stage.json('pcat/snapshot/categories/vod:empty')).toMatchObject({
        status: 200,
        body: { category: { name: 'Category empty' }, movies: [], movieIds: [] },
      });
      const none = await stage.json('pcat/snapshot/categories/none');
      expect(none).toMatchObject({ body: { movies: [movies[3]], channels: [] } });
      expect(none.body).not.toHaveProperty('movieIds');
      await storeSnapshot(stage.tables.client, {
        provider: 'punnamed',
        version: 1,
        items: movies,
        categories: [],
      });
      const { body } = await stage.json('punnamed/snapshot/categories/vod:z');
      expect(body).toMatchObject({ movies: [movies[2]], movieIds: ['movie:2', 'movie:3'] });
      expect(body).not.toHaveProperty('category');
    });

    it('is final by number, and asked for again without', async () => {
      const current = await stage.request(path);
      expect(current.headers).toMatchObject({
        'cache-control': 'private, no-cache',
        vary: 'Accept-Encoding',
      });
      const numbered = await stage.request(`${path}?version=3`, { 'accept-encoding': 'gzip' }, 'HEAD');
      expect(numbered.headers).toMatchObject({
        'cache-control': 'private, max-age=86400, immutable',
        'content-encoding': 'gzip',
      });
      expect((await buffer(numbered)).length).toBe(0);
      const same = await stage.request(path, { 'if-none-match': String(current.headers.etag) });
      expect(same.statusCode).toBe(304);
    });

    it('explains what is not there', async () => {
      for (const [rest, status, code] of [
        ['pcat/snapshot/categories/vod:connection', 404, 'category-not-found'],
        ['pcat/snapshot/categories/vod:z?version=1', 404, 'snapshot-not-found'],
        ['pcat/snapshot/categories/vod:z?kind=film', 400, 'invalid-request'],
        ['pnew/snapshot/categories/vod:z', 404, 'snapshot-not-found'],
        ['pnone/snapshot/categories/vod:z', 404, 'provider-not-found'],
      ] as const)
        expect([rest, await stage.json(rest)]).toMatchObject([rest, { status, body: { code } }]);
    });
  });

  describe('what changed between two versions', () => {
    const changes = (provider: string, query: string, headers: Record<string, string> = {}) =>
      stage.json<SnapshotChangesDto>(`${provider}/snapshot/changes?${query}`, headers);

    it('tells what was added, updated and removed, and not what only moved to another segment', async () => {
      const { client } = stage.tables;
      const before = [
        makeMovie('1', 'Stays', 'vod:1'),
        makeMovie('2', 'Goes', 'vod:1'),
        makeMovie('3', 'Changes', 'vod:1'),
        makeMovie('4', 'Changes its category', 'vod:1'),
      ];
      const after = [
        makeMovie('1', 'Stays', 'vod:1'),
        makeMovie('3', 'Changed', 'vod:1'),
        makeMovie('4', 'Changes its category', 'vod:2'),
        makeMovie('5', 'Comes', 'vod:2'),
      ];
      await storeSnapshot(client, {
        provider: 'pdelta',
        version: 1,
        items: before,
        categories: [category('1'), category('gone')],
      });
      await storeSnapshot(client, {
        provider: 'pdelta',
        version: 2,
        items: after,
        categories: [category('1', 'Renamed'), category('2')],
        itemsPerSegment: 2,
      });
      const expected = {
        version: '1.0',
        providerId: 'pdelta',
        from: 1,
        to: 2,
        fromSeq: 10,
        asOfSeq: 20,
        imageBaseUrl: 'http://images.example/',
        categories: { added: [category('2')], updated: [category('1', 'Renamed')], removed: ['vod:gone'] },
        items: { added: [after[3]], updated: [after[1], after[2]], removed: ['movie:2'] },
      };
      expect(await changes('pdelta', 'from=1')).toEqual({ status: 200, body: expected });
      expect((await changes('pdelta', 'from=1&to=2', { 'accept-encoding': 'gzip' })).body).toEqual(expected);
      const none = { added: [], updated: [], removed: [] };
      expect((await changes('pdelta', 'from=2')).body).toMatchObject({
        from: 2,
        to: 2,
        items: none,
        categories: none,
      });
    });

    it('makes the newer version of the older one, whatever changed', async () => {
      const kinds: ItemKind[] = ['movie', 'series', 'channel'];
      const catalogue = fc.uniqueArray(
        fc.record({
          kind: fc.constantFrom(...kinds),
          externalId: fc.constantFrom(...Array.from({ length: 30 }, (_unused, index) => String(index))),
          name: fc.constantFrom('a', '",[{', '\\"]}', 'é'),
          categoryIds: fc.subarray(['vod:1', 'vod:2', 'vod:3']),
        }),
        { selector: ({ kind, externalId }) => `${kind}:${externalId}` },
      );
      const asItems = (rows: Omit<CatalogueItem, 'id'>[]) =>
        rows.map((row) => ({ id: `${row.kind}:${row.externalId}` as ItemId, ...row }));
      let count = 0;
      const size = fc.integer({ min: 1, max: 5 });
      await fc.assert(
        fc.asyncProperty(catalogue, catalogue, size, size, async (older, newer, cut, otherCut) => {
          const provider = `plaw${++count}`;
          const [before, after] = [asItems(older), asItems(newer)];
          const { client } = stage.tables;
          await storeSnapshot(client, { provider, version: 1, items: before, itemsPerSegment: cut });
          await storeSnapshot(client, { provider, version: 2, items: after, itemsPerSegment: otherCut });
          const { items } = (await changes(provider, 'from=1')).body;
          const known = new Map<string, unknown>(before.map((item) => [item.id, item]));
          for (const id of items.removed) expect(known.delete(id)).toBe(true);
          for (const item of items.updated) {
            expect(known.get(String(item['id']))).not.toEqual(item);
            expect(known.has(String(item['id']))).toBe(true);
          }
          for (const item of items.added) expect(known.has(String(item['id']))).toBe(false);
          for (const item of [...items.added, ...items.updated]) known.set(String(item['id']), item);
          expect(known).toEqual(new Map(after.map((item) => [item.id, item])));
        }),
        { numRuns: 40 },
      );
    });

    it('tells all updates, however large they are together', async () => {
      const { client } = stage.tables;
      const large = (number: number, text: string) => ({
        ...makeMovie(String(number), 'Large', 'vod:1'),
        description: text.repeat(700_000),
      });
      const numbers = [1, 2, 3, 4, 5, 6, 7];
      for (const [version, text] of [
        [1, 'x'],
        [2, 'y'],
      ] as const)
        await storeSnapshot(client, {
          provider: 'plargeupdates',
          version,
          items: [makeMovie('same', 'Same', 'vod:1'), ...numbers.map((number) => large(number, text))],
          itemsPerSegment: 2,
        });
      const { added, updated, removed } = (await changes('plargeupdates', 'from=1')).body.items;
      expect([added, removed]).toEqual([[], []]);
      const expected = numbers.map((number) => large(number, 'y'));
      expect(updated.toSorted((one, other) => String(one['id']).localeCompare(String(other['id'])))).toEqual(
        expected,
      );
    });

    it('reads only the segments that differ', async () => {
      const { client } = stage.tables;
      const items = makeMovies(2_000);
      await storeSnapshot(client, { provider: 'pfew', version: 1, items });
      await storeSnapshot(client, {
        provider: 'pfew',
        version: 2,
        items: [...items, makeMovie('new', 'New', 'vod:2')],
      });
      // What both have is not there to be read.
      await client.query(
        `delete from snapshot.segment s where provider_id = 'pfew' and 2 = (
           select count(*) from snapshot.v_snapshot_segment m where m.provider_id = s.provider_id and m.hash = s.hash)`,
      );
      expect((await changes('pfew', 'from=1')).body.items).toMatchObject({
        added: [{ id: 'movie:new' }],
        updated: [],
      });
    });

    it('leads to a snapshot when the older version is gone, and tells it from one that never was', async () => {
      const { client } = stage.tables;
      for (const version of [3, 4])
        await storeSnapshot(client, { provider: 'ppast', version, items: makeMovies(version) });
      // Of 1 to 6 the last one, and one that was pinned while the ones between were pruned.
      for (const version of [2, 6])
        await storeSnapshot(client, { provider: 'pgap', version, items: makeMovies(version) });
      expect(await changes('pgap', 'from=4&to=6')).toMatchObject({ status: 410 });
      expect(await changes('ppast', 'from=2')).toMatchObject({
        status: 410,
        body: { code: 'snapshot-pruned', detail: expect.stringContaining('/api/providers/ppast/snapshot') },
      });
      for (const [query, status, code] of [
        ['from=5', 404, 'snapshot-not-found'],
        ['from=3&to=9', 404, 'snapshot-not-found'],
        ['from=4&to=3', 400, 'invalid-request'],
        ['to=4', 400, 'invalid-request'],
      ] as const)
        expect([query, await changes('ppast', query)]).toMatchObject([query, { status, body: { code } }]);
      expect(await changes('pnew', 'from=1')).toMatchObject({
        status: 404,
        body: { code: 'snapshot-not-found' },
      });
      expect(await changes('pnone', 'from=1')).toMatchObject({
        status: 404,
        body: { code: 'provider-not-found' },
      });
    });

    it('is final between two numbers', async () => {
      const numbered = await stage.request('ppast/snapshot/changes?from=3&to=4');
      expect(numbered.headers['cache-control']).toBe('private, max-age=86400, immutable');
      const open = await stage.request('ppast/snapshot/changes?from=3');
      expect(open.headers['cache-control']).toBe('private, no-cache');
      const same = await stage.request('ppast/snapshot/changes?from=3', {
        'if-none-match': String(open.headers.etag),
      });
      expect(same.statusCode).toBe(304);
    });
  });
});
