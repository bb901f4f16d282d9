import { mkdtemp, readdir, readlink, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  MAX_PAGE_BYTES,
  type ProviderSettings,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { createProviderClient } from '../create-provider-client.js';
import { json, ScriptedServer, status, type Answer } from '../http/scripted-server.fixture.js';
import type { FetchedPage, ProviderClient, ScopeEnd } from '../port.js';
import { mapRow } from '../rows/map-row.js';
import { parseRows } from '../rows/parse-rows.js';

const never = new AbortController().signal;
const CATEGORIES = [{ category_id: '1', category_name: 'Drama', parent_id: 0 }];
const ACCOUNT = { user_info: { auth: 1, status: 'Active', exp_date: '1798761600', max_connections: '2' } };

let spoolDir: string;
let panel: ScriptedServer;
let actions: Record<string, Answer>;
let client: ProviderClient;

function makeClient(
  settings: Partial<ProviderSettings> = {},
  more: { username?: string; path?: string } = {},
): ProviderClient {
  return createProviderClient(
    {
      protocol: 'xtream',
      url: panel.origin + (more.path ?? ''),
      username: more.username ?? 'alice 99',
      password: 's3&cret',
    },
    {
      ...DEFAULT_PROVIDER_SETTINGS.xtream,
      requestsPerSecond: 10_000,
      idleTimeoutMs: 2_000,
      ...settings,
    },
    { spoolDir, retry: { baseMs: 2, laterBaseMs: 2 } },
  );
}

async function fetchAll(
  from: ProviderClient = client,
  signal = never,
): Promise<{ pages: FetchedPage[]; end: ScopeEnd; rows: unknown[] }> {
  const generator = from.fetchScope('movie', { signal });
  const pages: FetchedPage[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const items = pages.filter(({ rowType }) => rowType === 'xtream-movie');
      return { pages, end: next.value, rows: items.flatMap(({ rows }) => parseRows(rows.toString())) };
    }
    pages.push(next.value);
  }
}

function movies(count: number, plot = 'A story.'): object[] {
  return Array.from({ length: count }, (_, id) => ({
    num: id + 1,
    stream_id: id,
    name: `Movie ${id}`,
    plot,
  }));
}

beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
  actions = {
    account: json(ACCOUNT),
    get_vod_categories: json(CATEGORIES),
    get_vod_streams: json(movies(3)),
    get_live_streams: json([]),
    get_series: json({}),
  };
  panel = await ScriptedServer.start((request, response, url) => {
    const action = actions[url.searchParams.get('action') ?? 'account'] ?? status(404, {}, '<html>');
    return action(request, response, url);
  });
  client = makeClient();
});

afterEach(async () => {
  await client.close();
  await panel.stop();
  // Fails when anything is left in it.
  await rmdir(spoolDir);
});

describe('XtreamClient', () => {
  it('logs in, with its credentials encoded', async () => {
    await expect(client.open(never)).resolves.toEqual({
      scopes: ['live', 'movie', 'series'],
      endpoint: `${panel.origin}/`,
      imageBaseUrl: `${panel.origin}/`,
      account: { status: 'Active', expiresAt: '2027-01-01T00:00:00.000Z', maxConnections: 2 },
    });
    expect(panel.asked).toEqual(['/player_api.php?username=alice%2099&password=s3%26cret']);
  });

  it.each(['/player_api.php?username=x', '/get.php?username=a&password=b&type=m3u', '/c/', '/'])(
    'finds the panel below a pasted %s',
    async (pasted) => {
      const pastedClient = makeClient({}, { path: `/sub${pasted}` });
      await pastedClient.open(never);
      await pastedClient.close();
      expect(panel.asked[0]).toMatch(/^\/sub\/player_api\.php\?username=alice/);
    },
  );

  it.each([
    ['auth 0', json({ user_info: { auth: 0 } }), ERROR_CODE.providerAuthFailed],
    ['a banned account', json({ user_info: { auth: '1', status: 'BANNED' } }), ERROR_CODE.providerRefused],
    ['a web page', status(200, {}, '<html>login</html>'), ERROR_CODE.providerRefused],
    ['"Blocked"', status(200, {}, 'Blocked'), ERROR_CODE.providerRefused],
    ['404', status(404, {}, '<html>'), ERROR_CODE.providerRefused],
    ['an empty answer', status(200), ERROR_CODE.providerBadAnswer],
    ['another JSON', json({ hello: 1 }), ERROR_CODE.providerBadAnswer],
  ])('refuses %s', async (_name, answer, code) => {
    actions['account'] = answer;
    await expect(client.open(never)).rejects.toMatchObject({ code });
    const report = await client.test(never);
    expect(report).toMatchObject({ ok: false, error: { code } });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['reach', true],
      ['login', false],
    ]);
  });

  it('hands out categories first, then the rows as they came', async () => {
    const { pages, end, rows } = await fetchAll();
    expect(pages.map(({ ordinal, rowType, rowCount }) => [ordinal, rowType, rowCount])).toEqual([
      [1, 'xtream-category', 1],
      [2, 'xtream-movie', 3],
    ]);
    expect(rows).toEqual(movies(3));
    expect(end).toEqual({ outcome: 'complete', expectedPages: 2, itemRows: 3, categoriesComplete: true });
  });

  it('cuts a long list into pages under the limit', async () => {
    const list = movies(4_000, 'ä story. '.repeat(60));
    actions['get_vod_streams'] = (_request, response) => response.end(JSON.stringify(list, undefined, 1));
    const { pages, end, rows } = await fetchAll();
    expect(pages.length).toBeGreaterThan(5);
    for (const page of pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(pages.map(({ ordinal }) => ordinal)).toEqual(pages.map((_, index) => index + 1));
    expect(rows).toEqual(list);
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 4_000, expectedPages: pages.length });
  });

  it.each([
    ['[]', '[]'],
    ['{}', '{}'],
  ])('takes %s for a complete list without rows', async (_name, body) => {
    actions['get_vod_streams'] = status(200, {}, body);
    const { pages, end } = await fetchAll();
    expect(pages).toHaveLength(1);
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 0 });
  });

  it('reads a list that is keyed by number', async () => {
    const keyed = { 4: { stream_id: 7, name: 'A"}' }, 9: { stream_id: 8, name: 'B' } };
    actions['get_vod_streams'] = json(keyed);
    const { rows, end } = await fetchAll();
    expect(rows).toEqual(Object.values(keyed));
    expect(end.outcome).toBe('complete');
  });

  it.each([
    ['an account that is refused', json({ user_info: { auth: 0 } }), ERROR_CODE.providerAuthFailed],
    ['an account', json(ACCOUNT), ERROR_CODE.providerBadAnswer],
    ['a web page', status(200, {}, `<html>${'x'.repeat(40_000)}`), ERROR_CODE.providerRefused],
    ['nothing', status(200), ERROR_CODE.providerBadAnswer],
    ['texts', json(['error', 'limit']), ERROR_CODE.providerBadAnswer],
  ])('fails on %s in the place of a list', async (_name, answer, code) => {
    actions['get_vod_streams'] = answer;
    await expect(fetchAll()).rejects.toMatchObject({ code });
  });

  it('asks again for a cut list, and is complete when it then comes whole', async () => {
    const body = JSON.stringify(movies(500));
    let asked = 0;
    actions['get_vod_streams'] = (_request, response) =>
      response.end(++asked < 3 ? body.slice(0, 9_000) : body);
    const { end, rows } = await fetchAll();
    expect(asked).toBe(3);
    expect(rows).toHaveLength(500);
    expect(end.outcome).toBe('complete');
  });

  it('hands out what came of a list that is always cut, and says so', async () => {
    const body = JSON.stringify(movies(500));
    actions['get_vod_streams'] = (_request, response) => response.end(body.slice(0, 9_000));
    const { end, rows } = await fetchAll();
    expect(rows.length).toBeGreaterThan(100);
    expect(rows).toEqual(movies(500).slice(0, rows.length));
    expect(end).toMatchObject({ outcome: 'incomplete', itemRows: rows.length });
    expect(end.reason).toContain(`cut after ${rows.length} rows`);
  });

  it('is incomplete when the connection breaks, and when Content-Length promised more', async () => {
    const body = JSON.stringify(movies(500));
    for (const breaks of [true, false]) {
      actions['get_vod_streams'] = (request, response) => {
        response.writeHead(200, { 'content-length': body.length + 10 });
        response.write(breaks ? body.slice(0, 9_000) : body, () => request.socket.destroy());
      };
      const { end } = await fetchAll();
      expect(end.outcome).toBe('incomplete');
    }
  });

  it('goes on without categories when their list fails', async () => {
    actions['get_vod_categories'] = status(500);
    const { pages, end } = await fetchAll();
    expect(pages[0]).toMatchObject({ ordinal: 1, rowType: 'xtream-category', rowCount: 0 });
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 3, categoriesComplete: false });
  });

  it('counts a row that is too long for any page as malformed', async () => {
    const list = [...movies(2), { stream_id: 9, name: 'Huge', plot: 'x'.repeat(600_000) }, { stream_id: 10 }];
    actions['get_vod_streams'] = json(list);
    const { rows, end } = await fetchAll();
    const mapped = rows.map((row) => mapRow('xtream-movie', row, { scope: 'movie', now: Date.now() }).type);
    expect(mapped).toEqual(['item', 'item', 'item', 'rejected']);
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 4 });
  });

  it('puts placeholders for its credentials', async () => {
    const url = 'http:\\/\\/h\\/movie\\/alice%2099\\/s3%26cret\\/5.mkv';
    actions['get_vod_streams'] = status(200, {}, `[{"stream_id":5,"name":"alice 99","link":"${url}"}]`);
    const { pages, rows } = await fetchAll();
    expect(rows).toEqual([
      { stream_id: 5, name: 'alice 99', link: 'http://h/movie/{username}/{password}/5.mkv' },
    ]);
    expect(pages[1]?.rows.toString()).not.toContain('s3');
  });

  it('keeps pages under the limit even where placeholders are longer than the secrets', async () => {
    await client.close();
    client = makeClient({}, { username: 'alic' });
    const list = Array.from({ length: 20_000 }, (_, id) => ({
      stream_id: id,
      a: '/alic/',
      b: '/alic/',
      c: '/alic/',
    }));
    actions['get_vod_streams'] = json(list);
    const { pages, rows } = await fetchAll();
    for (const page of pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(rows).toHaveLength(20_000);
    expect(pages.slice(1).reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(20_000);
  });

  it('leaves no file behind when its consumer leaves, or the fetch is cancelled', async () => {
    const generator = client.fetchScope('movie', { signal: never });
    await generator.next();
    expect(await openSpools()).toBe(1);
    await generator.return(undefined as never);
    expect(await openSpools()).toBe(0);
    expect(await readdir(spoolDir)).toEqual([]);

    actions['get_vod_streams'] = (_request, response) => void response.write('[{"stream_id":1},');
    const abort = new AbortController();
    const fetched = fetchAll(client, abort.signal).catch((error: unknown) => error);
    await waitFor(() => panel.asked.some((url) => url.includes('get_vod_streams')), {
      what: 'the list request',
    });
    abort.abort();
    expect(await fetched).toMatchObject({ code: ERROR_CODE.cancelled });
    await waitFor(() => panel.aborted === 1, { what: 'the socket to close' });
    expect(await openSpools()).toBe(0);
  });

  it('deletes what a dead process left, and keeps what a living one needs', async () => {
    const leftover = (pid: number) => `spool.${hostPart()}.${pid}.00000000.x.part`;
    // Process 1 lives, and is not ours.
    await writeFile(path.join(spoolDir, leftover(1)), 'alive');
    await writeFile(path.join(spoolDir, leftover(4_194_304)), 'dead');
    await writeFile(path.join(spoolDir, leftover(process.pid)), 'an earlier life');
    await writeFile(path.join(spoolDir, 'notes.txt'), 'mine');
    await fetchAll();
    expect((await readdir(spoolDir)).sort()).toEqual(['notes.txt', leftover(1)].sort());
    expect((await stat(spoolDir)).mode & 0o777).toBe(0o700);
    await rm(path.join(spoolDir, leftover(1)));
    await rm(path.join(spoolDir, 'notes.txt'));
  });

  it('tests a connection: reach, login, count, and keeps nothing', async () => {
    const report = await client.test(never);
    expect(report).toMatchObject({ ok: true, counts: { channel: 0, movie: 3, series: 0 } });
    expect(report.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['reach', true],
      ['login', true],
      ['count', true],
    ]);
  });

  it('starts again from ordinal 1 whatever it is told to resume after', async () => {
    const generator = client.fetchScope('movie', { signal: never, resumeAfterOrdinal: 7 });
    expect((await generator.next()).value).toMatchObject({ ordinal: 1, rowType: 'xtream-category' });
    await generator.return(undefined as never);
  });
});

/** Spool files that this process holds open, whether or not they still have a name. */
async function openSpools(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(spoolDir)).length;
}

function hostPart(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 40) || 'host'
  );
}
