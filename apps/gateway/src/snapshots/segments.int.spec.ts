import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SnapshotDocument } from '@catalogue-sync/contracts';
import type { SnapshotManifestDto } from '@catalogue-sync/contracts/rest';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { makeMovie, makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';

describe('a snapshot piece by piece over HTTP', () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.open();
    const { client } = stage.tables;
    const movies = makeMovies(1_000);
    await storeSnapshot(client, { provider: 'p1', version: 1, items: movies });
    await storeSnapshot(client, {
      provider: 'p1',
      version: 2,
      items: [...movies, makeMovie('x', 'Ohne Kategorie "é"'), makeMovie('y', 'Two', 'vod:"odd', 'vod:1')],
    });
  });
  afterAll(() => stage.close());

  const manifest = async (query: string) => {
    const pages: SnapshotManifestDto[] = [];
    let cursor: string | undefined;
    do {
      const path: string = `p1/snapshot/manifest?${query}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { body } = await stage.json<SnapshotManifestDto>(path);
      pages.push(body);
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    return pages;
  };

  it('lists every segment once, page by page, and they make up the document', async () => {
    const pages = await manifest('limit=7');
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages.slice(0, -1)) expect(page.segments).toHaveLength(7);
    const { body: document } = await stage.json<SnapshotDocument>('p1/snapshot');
    const built = { categories: [], movies: [], moviesByCategory: [] } as Record<string, unknown[]>;
    for (const segment of pages.flatMap(({ segments }) => segments)) {
      const { body } = await stage.json<unknown[]>(`p1/segments/${segment.hash}`);
      expect(body).toHaveLength(segment.items);
      built[segment.section]?.push(...body);
    }
    expect(built['movies']).toEqual(document.movies);
    expect(built['categories']).toEqual(document.categories);
    expect(built['moviesByCategory']).toEqual(Object.values(document.moviesByCategory).flat());
    expect(pages[0]?.snapshot).toMatchObject({ version: 2, current: true, asOfSeq: 20 });
    expect(pages[0]?.segments.slice(0, 2)).toMatchObject([
      { section: 'categories', part: 0, items: 1 },
      { section: 'movies', kind: 'movie', items: 1 },
    ]);
    expect(pages[0]?.segments[1]).not.toHaveProperty('category');
  });

  it('names what versions have in common alike', async () => {
    const hashes = async (query: string) =>
      new Set((await manifest(query)).flatMap(({ segments }) => segments.map((segment) => segment.hash)));
    const [older, newer] = [await hashes('version=1'), await hashes('version=2')];
    expect([...newer].filter((name) => !older.has(name))).toHaveLength(4);
  });

  it('goes on with the version it began with, and says so when that is gone', async () => {
    const { client } = stage.tables;
    const items = makeMovies(200);
    await storeSnapshot(client, { provider: 'pwalk', version: 1, items });
    const first = await stage.json<SnapshotManifestDto>('pwalk/snapshot/manifest?limit=2');
    const cursor = first.body.nextCursor;
    await storeSnapshot(client, { provider: 'pwalk', version: 2, items: makeMovies(10) });
    const second = await stage.json<SnapshotManifestDto>(`pwalk/snapshot/manifest?limit=2&cursor=${cursor}`);
    expect(second.body.snapshot).toMatchObject({ version: 1, current: false });
    await client.query(`delete from snapshot.snapshot where provider_id = 'pwalk' and version = 1`);
    const third = await stage.json(`pwalk/snapshot/manifest?limit=2&cursor=${cursor}`);
    expect(third).toMatchObject({ status: 410, body: { code: 'snapshot-pruned' } });
  });

  it('answers 304 for a page until its version is another, or no longer the current one', async () => {
    const { client } = stage.tables;
    await storeSnapshot(client, { provider: 'ptag', version: 1, items: makeMovies(3) });
    const path = 'ptag/snapshot/manifest?version=1';
    const before = await stage.request(path);
    expect(before.headers['cache-control']).toBe('private, no-cache');
    const tag = String(before.headers.etag);
    for (const method of ['GET', 'HEAD']) {
      const same = await stage.request(path, { 'if-none-match': tag }, method);
      expect(same.statusCode).toBe(304);
      expect((await buffer(same)).length).toBe(0);
    }
    await storeSnapshot(client, { provider: 'ptag', version: 2, items: makeMovies(4) });
    expect((await stage.request(path, { 'if-none-match': tag })).statusCode).toBe(200);
  });

  it('gives a segment for ever, as gzip and plain, under the hash of its text', async () => {
    const segment = (await manifest('limit=1000'))[0]?.segments[2];
    const path = `p1/segments/${segment?.hash}`;
    const plain = await stage.request(path);
    expect(plain.headers).toMatchObject({
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${segment?.hash}"`,
      vary: 'Accept-Encoding',
    });
    const text = String(await buffer(plain));
    expect(text).toMatch(/^\[\{.*\}\]$/s);
    expect(hash('sha256', text.slice(1, -1))).toBe(segment?.hash);
    const gzip = await stage.request(path, { 'accept-encoding': 'gzip' });
    expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip', etag: `"${segment?.hash}-gzip"` });
    const bytes = await buffer(gzip);
    expect(bytes.length).toBe(Number(gzip.headers['content-length']));
    expect(gunzipSync(bytes).toString()).toBe(text);

    const head = await stage.request(path, { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(head.headers['content-length']).toBe(gzip.headers['content-length']);
    const same = await stage.request(path, { 'if-none-match': `"${segment?.hash}"` });
    expect(same.statusCode).toBe(304);
  });

  it('explains what is not there', async () => {
    // Staged for a version that is not sealed yet.
    const staged = 'ab'.repeat(32);
    await stage.tables.client.query(`insert into snapshot.segment values ('p1', decode($1, 'hex'), '')`, [
      staged,
    ]);
    for (const [path, status, code] of [
      [`p1/segments/${staged}`, 404, 'segment-not-found'],
      [`p2/segments/${staged}`, 404, 'segment-not-found'],
      ['p1/segments/xyz', 400, 'invalid-request'],
      ['p1/snapshot/manifest?version=9', 404, 'snapshot-not-found'],
      ['pnone/snapshot/manifest', 404, 'provider-not-found'],
      ['p1/snapshot/manifest?limit=1001', 400, 'invalid-request'],
      ['p1/snapshot/manifest?cursor=abc', 400, 'invalid-request'],
      [`p1/snapshot/manifest?version=1&cursor=${cursorOf([2, 1, '', 0])}`, 400, 'invalid-request'],
      [`p1/snapshot/manifest?cursor=${cursorOf([2, 1, '\0', 0])}`, 400, 'invalid-request'],
      [`p1/snapshot/manifest?cursor=${cursorOf([2, 1e9, '', 0])}`, 400, 'invalid-request'],
    ] as const) {
      const answer = await stage.json<{ code: string }>(path);
      expect([path, answer.status, answer.body.code]).toEqual([path, status, code]);
    }
  });
});

function cursorOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
