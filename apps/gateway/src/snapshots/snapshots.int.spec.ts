import { execFile, spawnSync } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, REQUEST, type SnapshotDocument } from '@catalogue-sync/contracts';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { FactPublisher } from '../../fixtures/fact-publisher.js';
import { ADMIN_KEY } from '../../fixtures/gateway-under-test.js';
import { makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { SnapshotStore } from './snapshot.store.js';
import { WholeDocument } from './whole-document.js';

describe('snapshots over HTTP', () => {
  let stage: GatewayStage;
  let facts: FactPublisher;

  beforeAll(async () => {
    stage = await GatewayStage.open({
      [REQUEST.restoreSnapshot]: ({ version }) => ({ servedVersion: version }),
      [REQUEST.liftSnapshotPin]: () => ({}),
      [REQUEST.startRebuild]: () => ({
        rebuild: { state: 'running', eventsRead: 1, eventsTotal: 9, startedAt: '2026-11-20T10:00:00.000Z' },
      }),
      [REQUEST.getRebuild]: () => ({}),
    });
    facts = await FactPublisher.connect(stage.nats.url);
    const { client } = stage.tables;
    await storeSnapshot(client, { provider: 'p1', version: 1, items: makeMovies(10) });
    await storeSnapshot(client, { provider: 'p1', version: 2, items: makeMovies(10_000) });
  });
  afterAll(async () => {
    await facts?.close();
    await stage?.close();
  });

  const open: GatewayStage['request'] = (...asked) => stage.request(...asked);
  const problemOf = async (answer: IncomingMessage) => JSON.parse(String(await buffer(answer))) as unknown;

  it('gives the whole document plain, with its exact length', async () => {
    const answer = await open('p1/snapshot');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      vary: 'Accept-Encoding',
      etag: '"p1-2-1795168800000"',
    });
    expect(answer.headers['content-encoding']).toBeUndefined();
    const body = await buffer(answer);
    expect(body.length).toBe(Number(answer.headers['content-length']));
    const document = JSON.parse(body.toString()) as SnapshotDocument;
    expect(document).toMatchObject({
      version: '1.0',
      snapshotVersion: 2,
      asOfSeq: 20,
      stats: { totalMovies: 10_000 },
    });
    expect(document.movies).toEqual(makeMovies(10_000));
    expect(document.moviesByCategory['vod:1']).toHaveLength(10_000);
  });

  it('serves a pinned version in the place of newer ones, visibly, until the pin is lifted', async () => {
    for (const version of [1, 2, 3])
      await storeSnapshot(stage.tables.client, {
        provider: 'ppin',
        version,
        items: makeMovies(10 * version),
      });
    const pin = (version: number | null) =>
      stage.tables.client.query(
        `update snapshot.snapshot set pinned = version is not distinct from $1 where provider_id = 'ppin'`,
        [version],
      );
    stage.services.replies[REQUEST.restoreSnapshot] = async ({ version }) => {
      await pin(version);
      return { servedVersion: version };
    };
    stage.services.replies[REQUEST.liftSnapshotPin] = async () => {
      await pin(null);
      return { servedVersion: 3 };
    };
    const tagOf = async (path: string) => (await open(path)).headers['etag'];
    const tags = [await tagOf('ppin/snapshot'), await tagOf('ppin/snapshot?version=2')];
    const manifest = await tagOf('ppin/snapshot/manifest');
    const categories = await open('ppin/categories?version=2');
    expect(categories.headers['cache-control']).toContain('immutable');
    expect(await buffer(await open('ppin/snapshot?version=2'))).toBeDefined();

    const restored = await open('ppin/snapshots/2/restore', {}, 'POST');
    expect(restored.statusCode).toBe(200);
    expect(await problemOf(restored)).toMatchObject({
      version: 2,
      pinned: true,
      current: false,
      asOfSeq: null,
    });
    const answer = await open('ppin/snapshot');
    expect(answer.headers).toMatchObject({ 'snapshot-pinned': 'true', 'cache-control': 'private, no-cache' });
    tags.push(answer.headers['etag']);
    const body = await buffer(answer);
    expect(body.length).toBe(Number(answer.headers['content-length']));
    const document = JSON.parse(body.toString()) as SnapshotDocument;
    expect(document).toMatchObject({ snapshotVersion: 2, pinned: true, asOfSeq: null });
    expect(document.movies).toHaveLength(20);
    expect((await open('ppin/snapshot', { 'if-none-match': String(tags[0]) })).statusCode).toBe(200);
    const parts = await open('ppin/snapshot/manifest');
    expect(parts.headers['etag']).not.toBe(manifest);
    expect(await problemOf(parts)).toMatchObject({ snapshot: { version: 2, pinned: true, asOfSeq: null } });
    const pinnedCategories = await open('ppin/categories', {
      'if-none-match': String(categories.headers['etag']),
    });
    expect(pinnedCategories.headers['snapshot-pinned']).toBe('true');
    expect(await problemOf(pinnedCategories)).toMatchObject({ snapshotVersion: 2, asOfSeq: null });
    expect((await open('ppin/categories?version=2')).headers['cache-control']).toBe('private, no-cache');
    expect(await problemOf(await open('ppin/snapshots'))).toMatchObject({
      snapshots: [
        { version: 3, current: true, pinned: false, asOfSeq: 30 },
        { version: 2, current: false, pinned: true, asOfSeq: null },
        { version: 1, current: false, pinned: false, asOfSeq: 10 },
      ],
    });
    expect(await problemOf(await open('ppin/snapshot?version=3'))).toMatchObject({
      snapshotVersion: 3,
      asOfSeq: 30,
    });
    expect(await problemOf(await open('ppin/snapshot/changes?from=1'))).toMatchObject({
      fromSeq: 10,
      to: 2,
      pinned: true,
      asOfSeq: null,
    });
    expect((await open('ppin/snapshot/changes?from=3')).statusCode).toBe(400);
    expect(await problemOf(await open('ppin/snapshot/categories/vod:1'))).toMatchObject({
      pinned: true,
      asOfSeq: null,
    });

    const lifted = await open('ppin/snapshots/pin', {}, 'DELETE');
    expect(await problemOf(lifted)).toMatchObject({ version: 3, pinned: false, asOfSeq: 30 });
    const after = await open('ppin/snapshot');
    expect(after.headers['snapshot-pinned']).toBeUndefined();
    expect(after.headers['etag']).toBe(tags[0]);
    expect(new Set(tags).size).toBe(3);
    expect((await open('ppin/snapshots/9/restore', {}, 'POST')).statusCode).toBe(404);
  });

  it('serves a version as it was asked for when a pin comes between asking and reading', async () => {
    await storeSnapshot(stage.tables.client, { provider: 'pbetween', version: 1, items: makeMovies(5) });
    const { app } = stage.gateway;
    const asked = await app.get(SnapshotStore).find(providerId('pbetween'));
    const document = new WholeDocument(app.get(ReadOnlyDatabase), asked!);
    await stage.tables.client.query(
      `update snapshot.snapshot set pinned = true where provider_id = 'pbetween'`,
    );
    const chunks: Buffer[] = [];
    await document.readGzip(async (chunk) => void chunks.push(chunk));
    expect(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString())).toMatchObject({ asOfSeq: 10 });
    expect(document.version.key).toBe(document.key);
    expect(document.version.pinned).toBe(false);
  });

  it('hands a rebuild on to its service, and lets readers see how far it is', async () => {
    const started = await open('p1/rebuild', {}, 'POST');
    expect(started.statusCode).toBe(202);
    expect(await problemOf(started)).toMatchObject({ state: 'running', eventsRead: 1, eventsTotal: 9 });
    expect(stage.services.requests.at(-1)).toMatchObject({
      pattern: REQUEST.startRebuild,
      request: { providerId: 'p1' },
    });
    expect(await problemOf(await open('pnew/rebuild'))).toEqual({});
    expect((await open('pnone/rebuild')).statusCode).toBe(404);
  });

  it('gives it as gzip when accepted, under an entity tag of its own', async () => {
    const answer = await open('p1/snapshot', { 'accept-encoding': 'br, gzip' });
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"p1-2-1795168800000-gzip"' });
    const body = await buffer(answer);
    expect(body.length).toBe(Number(answer.headers['content-length']));
    const plain = await buffer(await open('p1/snapshot'));
    expect(gunzipSync(body).equals(plain)).toBe(true);
  });

  // None of them is Node's zlib: the document is put together from blocks, and must be gzip to anybody.
  const curl = ['--silent', '--show-error', '--fail', '--header', `authorization: Bearer ${ADMIN_KEY}`];
  const python = 'import gzip, sys; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))';
  for (const [tool, command] of [
    ['curl', (url: string) => `curl --compressed "$@" '${url}'`],
    [
      'python3',
      (url: string) => `curl --header 'accept-encoding: gzip' "$@" '${url}' | python3 -c '${python}'`,
    ],
    ['gzip', (url: string) => `curl --header 'accept-encoding: gzip' "$@" '${url}' | gzip -dc`],
  ] as const) {
    const isThere = ['curl', tool].every((name) => spawnSync(name, ['--version']).status === 0);
    if (!isThere)
      console.warn(`NOT TESTED: there is no ${tool} on this machine to read the gzip document with`);
    (isThere ? it : it.skip)(`gives gzip that ${tool} reads`, async () => {
      const script = command(`${stage.gateway.url}/api/providers/p1/snapshot`);
      const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', ...curl], {
        encoding: 'buffer',
        maxBuffer: 50_000_000,
      });
      // oxlint-disable-next-line jest/no-standalone-expect -- it stands in a test, which the rule does not see behind the choice of `it`
      expect(stdout.equals(await buffer(await open('p1/snapshot')))).toBe(true);
    });
  }

  it('answers 304 to the tag of the same form only', async () => {
    const tag = '"p1-2-1795168800000"';
    const same = await open('p1/snapshot', { 'if-none-match': `"x", W/${tag}` });
    expect(same.statusCode).toBe(304);
    expect(same.headers).toMatchObject({
      etag: tag,
      vary: 'Accept-Encoding',
      'cache-control': 'private, no-cache',
    });
    expect((await buffer(same)).length).toBe(0);
    const other = await open('p1/snapshot', { 'if-none-match': tag, 'accept-encoding': 'gzip' });
    expect(other.statusCode).toBe(200);
    other.destroy();
  });

  it('answers HEAD like GET, without the body', async () => {
    for (const coding of ['identity', 'gzip']) {
      const get = await open('p1/snapshot', { 'accept-encoding': coding });
      const head = await open('p1/snapshot', { 'accept-encoding': coding }, 'HEAD');
      expect(head.statusCode).toBe(200);
      for (const name of ['etag', 'content-length', 'content-type', 'content-encoding', 'vary'])
        expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
      expect((await buffer(head)).length).toBe(0);
      get.destroy();
    }
    const same = await open('p1/snapshot', { 'if-none-match': '*' }, 'HEAD');
    expect(same.statusCode).toBe(304);
  });

  it('gives a kept version by its number, and lists the kept ones', async () => {
    const old = JSON.parse(String(await buffer(await open('p1/snapshot?version=1')))) as SnapshotDocument;
    expect(old.movies).toHaveLength(10);
    const { snapshots } = (await problemOf(await open('p1/snapshots'))) as {
      snapshots: { version: number; current: boolean; compressedBytes: number; plainBytes: number }[];
    };
    expect(snapshots).toMatchObject([
      { version: 2, current: true, asOfSeq: 20, stats: { totalMovies: 10_000 }, incompleteScopes: [] },
      { version: 1, current: false },
    ]);
    const head = await open('p1/snapshot', { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(snapshots[0]?.compressedBytes).toBe(Number(head.headers['content-length']));
  });

  it('lets caches keep an older version, and ask again for what may move', async () => {
    for (const [path, expected] of [
      ['p1/snapshot', 'private, no-cache'],
      ['p1/snapshot?version=2', 'private, no-cache'],
      ['p1/snapshot?version=1', 'private, max-age=86400, immutable'],
    ] as const) {
      const { headers } = await open(path, {}, 'HEAD');
      expect([path, headers['cache-control']]).toEqual([path, expected]);
    }
  });

  it('moves the tag with a confirmation, for the document moves with it', async () => {
    await storeSnapshot(stage.tables.client, { provider: 'pconfirmed', version: 1, items: makeMovies(3) });
    const before = await open('pconfirmed/snapshot');
    await buffer(before);
    await stage.tables.client.query(
      `update snapshot.snapshot set confirmed_at = '2026-11-21T10:00:00Z' where provider_id = 'pconfirmed'`,
    );
    await facts.tell(providerId('pconfirmed'), FACT_TYPE.snapshotConfirmed, [stage.gateway]);
    const tag = String(before.headers.etag);
    const after = await open('pconfirmed/snapshot', { 'if-none-match': tag });
    expect(after.statusCode).toBe(200);
    expect(after.headers.etag).not.toBe(tag);
    expect(JSON.parse(String(await buffer(after)))).toMatchObject({
      confirmedAt: '2026-11-21T10:00:00.000Z',
    });
  });

  it('explains what is not there', async () => {
    await stage.tables.client.query(`insert into snapshot.checkpoint values ('pgone', 'deleted')`);
    for (const [path, status, code] of [
      ['p1/snapshot?version=9', 404, 'snapshot-not-found'],
      ['pnew/snapshot', 404, 'snapshot-not-found'],
      ['pnone/snapshot', 404, 'provider-not-found'],
      ['pnone/snapshots', 404, 'provider-not-found'],
      ['pgone/snapshot', 404, 'provider-not-found'],
      ['p1/snapshot?version=0', 400, 'invalid-request'],
      ['p1/snapshot?version=latest', 400, 'invalid-request'],
    ] as const) {
      const answer = await open(path);
      expect([path, answer.statusCode]).toEqual([path, status]);
      expect(await problemOf(answer)).toMatchObject({ code });
    }
    expect(await problemOf(await open('p1/snapshot?version=9'))).toMatchObject({
      detail: expect.stringContaining('2, 1'),
    });
    expect(await problemOf(await open('pnew/snapshots'))).toEqual({ snapshots: [] });
  });

  it('refuses a client that takes neither form', async () => {
    const answer = await open('p1/snapshot', { 'accept-encoding': 'br, *;q=0' });
    expect(answer.statusCode).toBe(406);
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(await problemOf(answer)).toMatchObject({ code: 'not-acceptable' });
  });
});
