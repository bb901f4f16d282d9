import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE, MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { parseRows } from '../rows/parse-rows.js';
import { NEWEST } from './scripted-portal.fixture.js';
import {
  fetchAll,
  MAC,
  makeClient,
  memoryKeyOf,
  never,
  portal,
  startPortal,
  stopPortal,
} from './stalker-client.fixture.js';

beforeEach(startPortal);
afterEach(stopPortal);

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
      memory: { key: memoryKeyOf(), digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
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
      mode: 'full',
      outcome: 'complete',
      expectedPages: 4,
      itemRows: 300,
      declaredTotal: 300,
      categoriesComplete: true,
      memory: { key: memoryKeyOf(), frontier: NEWEST, totalExcess: 0 },
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
