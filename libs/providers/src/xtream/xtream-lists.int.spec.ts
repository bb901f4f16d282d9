import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE, MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { json, status } from '../http/scripted-server.fixture.js';
import { mapRow } from '../rows/map-row.js';
import {
  ACCOUNT,
  actions,
  fetchAll,
  makeClient,
  movies,
  startPanel,
  stopPanel,
} from './xtream-client.fixture.js';

beforeEach(startPanel);
afterEach(stopPanel);

describe('XtreamClient: lists', () => {
  it('hands out categories first, then the rows as they came', async () => {
    const { pages, end, rows } = await fetchAll();
    expect(pages.map(({ ordinal, rowType, rowCount }) => [ordinal, rowType, rowCount])).toEqual([
      [1, 'xtream-category', 1],
      [2, 'xtream-movie', 3],
    ]);
    expect(rows).toEqual(movies(3));
    expect(end).toMatchObject({
      outcome: 'complete',
      expectedPages: 2,
      itemRows: 3,
      categoriesComplete: true,
    });
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
    const short = makeClient({}, { username: 'alic' });
    const list = Array.from({ length: 20_000 }, (_, id) => ({
      stream_id: id,
      a: '/alic/',
      b: '/alic/',
      c: '/alic/',
    }));
    actions['get_vod_streams'] = json(list);
    const { pages, rows } = await fetchAll(short);
    await short.close();
    for (const page of pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(rows).toHaveLength(20_000);
    expect(pages.slice(1).reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(20_000);
  });
});
