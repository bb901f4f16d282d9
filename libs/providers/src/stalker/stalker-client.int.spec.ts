import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  MAX_PAGE_BYTES,
  type ProviderSettings,
  type Scope,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { createProviderClient } from '../create-provider-client.js';
import type { FetchedPage, FetchScopeOptions, ProviderClient, ScopeEnd } from '../port.js';
import { parseRows } from '../rows/parse-rows.js';
import { ScriptedPortal } from './scripted-portal.fixture.js';

const MAC = '00:1A:79:AA:BB:CC';
const never = new AbortController().signal;

let spoolDir: string;
let portal: ScriptedPortal;
const clients: ProviderClient[] = [];

function makeClient(
  connection: Partial<StalkerConnection> = {},
  settings: Partial<ProviderSettings> = {},
  endpoint?: string,
): ProviderClient {
  const made = createProviderClient(
    {
      protocol: 'stalker',
      url: `${portal.server.origin}/stalker_portal/c/`,
      mac: MAC.toLowerCase(),
      ...connection,
    },
    {
      ...DEFAULT_PROVIDER_SETTINGS.stalker,
      requestsPerSecond: 10_000,
      parallelRequests: 4,
      idleTimeoutMs: 2_000,
      ...settings,
    },
    { spoolDir, retry: { baseMs: 2, laterBaseMs: 2 }, ...(endpoint === undefined ? {} : { endpoint }) },
  );
  clients.push(made);
  return made;
}

async function fetchAll(
  client: ProviderClient,
  scope: Scope = 'vod',
  options: Partial<FetchScopeOptions> = {},
): Promise<{ pages: FetchedPage[]; end: ScopeEnd; ids: string[] }> {
  const generator = client.fetchScope(scope, { signal: never, ...options });
  const pages: FetchedPage[] = [];
  for (;;) {
    const next = await generator.next();
    if (next.done) {
      const items = pages.filter(
        ({ rowType }) => rowType !== 'stalker-category' && rowType !== 'stalker-genre',
      );
      const rows = items.flatMap(({ rows: page }) => parseRows(page.toString())) as { id: string }[];
      return { pages, end: next.value, ids: rows.map(({ id }) => id) };
    }
    pages.push(next.value);
  }
}

beforeEach(async () => {
  spoolDir = await mkdtemp(path.join(tmpdir(), 'spool-'));
  portal = await ScriptedPortal.start(300);
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await portal.server.stop();
  // Fails when anything is left in it.
  await rmdir(spoolDir);
});

describe('finding the endpoint', () => {
  it.each([
    ['/stalker_portal/server/load.php', '/stalker_portal/c/'],
    ['/stalker_portal/server/load.php', '/stalker_portal/c/index.html'],
    ['/stalker_portal/server/load.php', '/stalker_portal/server/load.php'],
    ['/stalker_portal/server/load.php', ''],
    ['/portal.php', '/c/'],
    ['/portal.php', '/c'],
    ['/server/load.php', '/c/'],
    ['/odd/api.php', '/odd/api.php?x=1'],
  ])('finds %s from %s', async (endpoint, pasted) => {
    portal.endpoint = endpoint;
    const opened = await makeClient({ url: portal.server.origin + pasted }).open(never);
    expect(opened).toMatchObject({
      scopes: ['live', 'vod'],
      endpoint: portal.server.origin + endpoint,
      account: { expiresAt: '2027-05-01T00:00:00.000Z' },
    });
  });

  it('asks the endpoint of the last time first, and resolves image paths below the portal page', async () => {
    const url = `${portal.server.origin}/somewhere/else/c/`;
    const opened = await makeClient({ url }, {}, `${portal.server.origin}${portal.endpoint}`).open(never);
    expect(portal.server.asked.every((asked) => asked.startsWith(portal.endpoint))).toBe(true);
    expect(opened.imageBaseUrl).toBe(`${portal.server.origin}/stalker_portal/c/`);
  });

  it('follows a bare host to the page that it shows its visitors', async () => {
    portal.endpoint = '/hidden/portal.php';
    const { answer } = portal.server;
    portal.server.answer = (request, response, url) => {
      if (url.pathname === '/') return response.writeHead(302, { location: '/hidden/c/' }).end();
      if (url.pathname === '/hidden/c/') return response.end('<html>');
      return answer(request, response, url);
    };
    const opened = await makeClient({ url: portal.server.origin }).open(never);
    expect(opened.endpoint).toBe(`${portal.server.origin}/hidden/portal.php`);
  });

  it('says so when there is no portal, and gives up at once when nothing listens', async () => {
    portal.endpoint = '/nowhere';
    await expect(makeClient().open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused });
    await expect(makeClient({ url: 'http://127.0.0.1:9/c/' }).open(never)).rejects.toMatchObject({
      code: ERROR_CODE.providerUnreachable,
    });
  });

  it('needs no session where the portal wants none', async () => {
    portal.override = (params) => {
      if (params['action'] === 'get_genres') return { js: [{ id: '1', title: 'News' }] };
      if (params['type'] === 'stb') return { js: false };
      return params['action'] === 'get_ordered_list' ? { js: portal.page(Number(params['p'])) } : { js: [] };
    };
    const { end } = await fetchAll(makeClient());
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 300 });
    expect(portal.count('stb.handshake')).toBe(0);
  });
});

describe('the session', () => {
  it('looks like a box', async () => {
    await makeClient({ language: 'fr', timezone: 'Europe/Paris', serialNumber: 'SN1' }).open(never);
    const { headers, url } = portal.server.requests.at(-1) ?? { headers: {}, url: '' };
    expect(headers).toMatchObject({
      cookie: 'mac=00%3A1A%3A79%3AAA%3ABB%3ACC; stb_lang=fr; timezone=Europe%2FParis',
      authorization: `Bearer ${portal.token}`,
      'x-user-agent': 'Model: MAG250; Link: WiFi',
      referer: `${portal.server.origin}/stalker_portal/c/`,
      sn: 'SN1',
    });
    expect(headers['user-agent']).toContain('MAG250');
    expect(url).toContain('JsHttpRequest=1-xml');
  });

  it('sends back the cookies of the portal, but keeps its own', async () => {
    portal.override = (_params, _request, response) => {
      if (!response.headersSent) response.setHeader('set-cookie', ['lb=node7; Path=/', 'mac=evil']);
      return undefined;
    };
    await makeClient().open(never);
    expect(portal.server.requests.at(-1)?.headers.cookie).toMatch(/^mac=00%3A1A.*; lb=node7$/);
  });

  it.each([
    ['a text', { text: 'Authorization failed.' }],
    ['a text with a number', { text: ' Authorization failed. 17\n' }],
    ['another text', { text: 'Unauthorized request.' }],
    ['nothing', { text: '' }],
    ['401', { status: 401 }],
    ['false', { js: false }],
  ])('logs in again, once, when the session is lost with %s in the middle of a walk', async (_name, lost) => {
    let stolen = false;
    portal.override = (params, request) => {
      if (params['p'] === '12' && !stolen) {
        stolen = true;
        portal.tokens++;
      }
      const isData = params['type'] === 'vod' && params['action'] === 'get_ordered_list';
      return isData && request.headers.authorization !== `Bearer ${portal.token}` ? lost : undefined;
    };
    const client = makeClient();
    await client.open(never);
    expect(portal.count('stb.handshake')).toBe(1);
    const { end, ids } = await fetchAll(client);
    expect(new Set(ids).size).toBe(300);
    expect(end.outcome).toBe('complete');
    // Four requests lost the session at once; one handshake served them all.
    expect(portal.count('stb.handshake')).toBe(2);
    expect(portal.count('stb.get_profile')).toBe(2);
  });

  it('repeats a request exactly once, and then fails', async () => {
    portal.override = (params) => (params['p'] === '5' ? { text: 'Authorization failed.' } : undefined);
    const client = makeClient({}, { parallelRequests: 1 });
    await client.open(never);
    await expect(fetchAll(client)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    const asked = portal.server.asked.filter((url) => url.includes('&p=5&'));
    expect(asked).toHaveLength(2);
    expect(portal.count('stb.handshake')).toBe(2);
  });

  it('puts the MAC into the query where a portal answers with nothing without it', async () => {
    portal.override = (params) => (params['mac'] === undefined ? { text: '' } : undefined);
    const { end } = await fetchAll(makeClient());
    expect(end.outcome).toBe('complete');
    expect(portal.server.asked.at(-1)).toContain('mac=00%3A1A%3A79%3AAA%3ABB%3ACC');
  });

  it('does so too where only the lists want it there', async () => {
    portal.override = (params) =>
      params['action'] === 'get_ordered_list' && params['mac'] === undefined ? { text: '' } : undefined;
    expect((await fetchAll(makeClient())).end.outcome).toBe('complete');
    expect(portal.count('stb.handshake')).toBe(2);
  });

  it('shares its session with a test of the same connection', async () => {
    const syncing = makeClient();
    await syncing.open(never);
    await expect(makeClient().test(never)).resolves.toMatchObject({
      ok: true,
      counts: { channel: 2, vod: 300 },
    });
    expect(portal.count('stb.handshake')).toBe(1);
    expect((await fetchAll(syncing)).end.outcome).toBe('complete');
  });

  it('takes the login step where the portal asks for it', async () => {
    let loggedIn = false;
    portal.override = (params) => {
      if (params['action'] === 'do_auth') {
        loggedIn = params['login'] === 'alice' && params['password'] === 's3cret';
        return { js: loggedIn };
      }
      if (params['action'] !== 'get_profile') return undefined;
      return { js: { status: loggedIn && params['auth_second_step'] === '1' ? 0 : 2 } };
    };
    await makeClient({ login: 'alice', password: 's3cret' }).open(never);
    await expect(makeClient({ login: 'bob', password: 'x' }).open(never)).rejects.toMatchObject({
      code: ERROR_CODE.providerAuthFailed,
    });
    loggedIn = false;
    await expect(makeClient().open(never)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
  });

  it.each([
    [
      'a MAC that the portal does not know',
      'handshake',
      { js: { token: null } },
      ERROR_CODE.providerAuthFailed,
    ],
    ['a blocked box', 'get_profile', { js: { status: 1, block_msg: 'blocked' } }, ERROR_CODE.providerRefused],
    ['a blocked account', 'get_profile', { text: 'Access denied.' }, ERROR_CODE.providerRefused],
    ['a web page', 'get_profile', { text: '<html>Authorization failed.</html>' }, ERROR_CODE.providerRefused],
  ])('refuses %s without asking again', async (_name, action, answer, code) => {
    portal.override = (params) => (params['action'] === action ? answer : undefined);
    await expect(makeClient().open(never)).rejects.toMatchObject({ code });
    expect(portal.count(`stb.${action}`)).toBe(1);
    const report = await makeClient().test(never);
    expect(report).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(report)).not.toContain('00:1A');
  });
});

describe('the scopes', () => {
  it('lists series apart only where the portal does', async () => {
    const series = { total_items: 1, max_page_items: 14, data: [{ id: 9, name: 'Harbour', is_series: 1 }] };
    portal.override = (params) => {
      if (params['type'] !== 'series') return undefined;
      return { js: params['action'] === 'get_categories' ? [{ id: '4', title: 'Sea' }] : series };
    };
    const client = makeClient();
    expect((await client.open(never)).scopes).toEqual(['live', 'vod', 'series']);
    expect((await fetchAll(client, 'series')).ids).toEqual([9]);
    portal.override = (params) => (params['type'] === 'series' ? { js: portal.page(1) } : undefined);
    expect((await makeClient().open(never)).scopes).toEqual(['live', 'vod']);
  });

  it('hands out genres and all channels', async () => {
    const { pages, end, ids } = await fetchAll(makeClient(), 'live');
    expect(pages.map(({ ordinal, rowType, rowCount }) => [ordinal, rowType, rowCount])).toEqual([
      [1, 'stalker-genre', 1],
      [2, 'stalker-channel', 2],
    ]);
    expect(ids).toEqual(['1', '2']);
    expect(end).toEqual({
      outcome: 'complete',
      expectedPages: 2,
      itemRows: 2,
      declaredTotal: 2,
      categoriesComplete: true,
    });
  });

  it('reads channels page by page where the portal does not list them all', async () => {
    portal.override = (params, request) => {
      if (request.headers.authorization !== `Bearer ${portal.token}`) return undefined;
      if (params['action'] === 'get_all_channels') return { js: false };
      return params['type'] === 'itv' && params['p'] !== undefined
        ? { js: portal.page(Number(params['p'])) }
        : undefined;
    };
    const { ids, end } = await fetchAll(makeClient(), 'live');
    expect(ids).toHaveLength(300);
    expect(end.outcome).toBe('complete');
  });

  it('finds the session lost in the answer with all channels', async () => {
    let lost = true;
    portal.override = (params) => {
      if (params['action'] !== 'get_all_channels' || !lost) return undefined;
      lost = false;
      return { text: 'Authorization failed.' };
    };
    expect((await fetchAll(makeClient(), 'live')).ids).toHaveLength(2);
    expect(portal.count('stb.handshake')).toBe(2);
  });

  it('hands out ten portal pages to a page, in order, with categories first', async () => {
    const { pages, end, ids } = await fetchAll(makeClient());
    expect(pages.map(({ ordinal, rowType, rowCount }) => [ordinal, rowType, rowCount])).toEqual([
      [1, 'stalker-category', 1],
      [2, 'stalker-vod', 140],
      [3, 'stalker-vod', 140],
      [4, 'stalker-vod', 20],
    ]);
    expect(ids).toEqual(portal.rows.map(({ id }) => id));
    expect(end).toEqual({
      outcome: 'complete',
      expectedPages: 4,
      itemRows: 300,
      declaredTotal: 300,
      categoriesComplete: true,
    });
    expect(portal.server.asked.at(-1)).toContain('category=*&sortby=added');
  });

  it('resumes after any ordinal with exactly the pages that were missing', async () => {
    const whole = await fetchAll(makeClient());
    for (let done = 1; done <= 3; done++) {
      const rest = await fetchAll(makeClient(), 'vod', { resumeAfterOrdinal: done });
      const missing = whole.pages.slice(done);
      expect(rest.pages.slice(0, missing.length)).toEqual(missing);
      expect(rest.pages.map(({ ordinal }) => ordinal)).toEqual(
        rest.pages.map((_, index) => done + 1 + index),
      );
      expect(rest.end).toMatchObject({ outcome: 'complete', expectedPages: rest.pages.at(-1)?.ordinal });
    }
  });

  it('keeps ten pages of long rows in one page under the limit, and large portal pages in several', async () => {
    for (const row of portal.rows) row['description'] = 'жизнь и судьба '.repeat(300);
    const long = await fetchAll(makeClient());
    expect(long.pages.map(({ rowCount }) => rowCount)).toEqual([1, 140, 140, 20]);
    for (const page of long.pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(long.ids).toEqual(portal.rows.map(({ id }) => id));
    portal.pageSize = 1_000;
    const large = await fetchAll(makeClient());
    expect(large.pages.length).toBe(9);
    expect(large.ids).toEqual(portal.rows.map(({ id }) => id));
    const rest = await fetchAll(makeClient(), 'vod', { resumeAfterOrdinal: 2 });
    expect(rest.pages[0]).toEqual(large.pages[2]);
  });

  it('tells of its progress', async () => {
    const seen: unknown[] = [];
    await fetchAll(makeClient({}, { parallelRequests: 1 }), 'vod', {
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen[0]).toEqual({ pagesDone: 1, pagesTotal: 22, itemsFetched: 14, itemsTotal: 300 });
    expect(seen.at(-2)).toEqual({ pagesDone: 22, pagesTotal: 22, itemsFetched: 300, itemsTotal: 300 });
  });

  it('goes on without categories when their answer is none', async () => {
    portal.override = (params) =>
      params['action'] === 'get_categories' ? { js: { error: 'limit' } } : undefined;
    const { pages, end } = await fetchAll(makeClient());
    expect(pages[0]).toMatchObject({ ordinal: 1, rowType: 'stalker-category', rowCount: 0 });
    expect(end).toMatchObject({ outcome: 'complete', categoriesComplete: false });
  });

  it('puts placeholders for MAC, login and session', async () => {
    portal.override = (params) =>
      params['action'] === 'get_all_channels'
        ? {
            js: {
              total_items: 1,
              data: [
                { id: 1, name: MAC, cmd: `ffmpeg http://h/play?mac=${MAC}&t=${portal.token}&login=alice` },
              ],
            },
          }
        : undefined;
    const { pages } = await fetchAll(makeClient({ login: 'alice', password: 's3cret' }), 'live');
    expect(parseRows(pages[1]?.rows.toString() ?? '')).toEqual([
      { id: 1, name: MAC, cmd: 'ffmpeg http://h/play?mac={mac}&t={token}&login={username}' },
    ]);
  });

  it('stops at once when it is cancelled', async () => {
    portal.override = (params, _request, response) => {
      if (params['p'] !== '3') return undefined;
      response.writeHead(200);
      response.write('{');
      return { text: '' };
    };
    const abort = new AbortController();
    const fetched = fetchAll(makeClient({}, { idleTimeoutMs: 60_000 }), 'vod', {
      signal: abort.signal,
    }).catch((error: unknown) => error);
    await waitFor(() => portal.server.asked.some((url) => url.includes('&p=3&')), {
      what: 'the page that never ends',
    });
    abort.abort();
    expect(await fetched).toMatchObject({ code: ERROR_CODE.cancelled });
    await waitFor(() => portal.server.aborted >= 1, { what: 'the socket to close' });
  });
});
