import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { inTurn, status } from '../http/scripted-server.fixture.js';
import {
  client,
  fetchAll,
  FILE,
  host,
  makeClient,
  never,
  serve,
  startHost,
  stopHost,
} from './m3u-client.fixture.js';

beforeEach(startHost);
afterEach(stopHost);

describe('M3uClient', () => {
  it('hands out entries, then groups, without the login', async () => {
    await expect(client.open(never)).resolves.toMatchObject({ scopes: ['playlist'] });
    const { pages, end, rows } = await fetchAll();
    expect(pages.map(({ ordinal, rowType, rowCount }) => [ordinal, rowType, rowCount])).toEqual([
      [1, 'm3u-entry', 2],
      [2, 'm3u-group', 3],
    ]);
    expect(rows.map(({ url }) => url)).toEqual([
      'http://h/live/{username}/{password}/1.ts',
      'http://h/movie/{username}/{password}/2.mkv',
    ]);
    expect(end).toMatchObject({
      outcome: 'complete',
      expectedPages: 2,
      itemRows: 2,
      categoriesComplete: true,
    });
    expect(Buffer.concat(pages.map((page) => page.rows)).toString()).not.toMatch(/alice99|s3cret/);
    expect(host.requests).toHaveLength(1);
  });

  it.each([
    ['gzip', gzipSync(FILE)],
    ['gzip in gzip', gzipSync(gzipSync(FILE))],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(FILE, 'utf16le')])],
    ['a file that is one line', Buffer.from('http://h/live/alice99/s3cret/1.ts')],
  ])('reads %s', async (_name, body) => {
    serve(body);
    const { rows, end } = await fetchAll();
    expect(rows[0]?.url).toBe('http://h/live/{username}/{password}/1.ts');
    expect(end.outcome).toBe('complete');
  });

  it('is incomplete when the last entry has no URL', async () => {
    serve(FILE + '#EXTINF:-1,Three\n');
    const { end } = await fetchAll();
    expect(end).toMatchObject({ outcome: 'incomplete', itemRows: 2 });
  });

  it('takes a stream that was given as a playlist for one channel', async () => {
    serve('#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nseg1.ts\n');
    const stream = makeClient('/live/alice99/s3cret/77.m3u8');
    const { rows, end } = await fetchAll(stream);
    await stream.close();
    expect(rows).toEqual([{ title: '77', url: `${host.origin}/live/{username}/{password}/77.m3u8` }]);
    expect(end).toMatchObject({ outcome: 'complete', itemRows: 1 });
  });

  it('takes a playlist without entries for complete', async () => {
    serve('#EXTM3U\n');
    expect((await fetchAll()).end).toMatchObject({ outcome: 'complete', itemRows: 0 });
  });

  it.each([
    ['a web page', '<html>login</html>', ERROR_CODE.providerRefused],
    ['JSON', '{"user_info":{"auth":0}}', ERROR_CODE.providerRefused],
    ['a text', 'Blocked', ERROR_CODE.providerRefused],
    ['nothing', '', ERROR_CODE.providerBadAnswer],
  ])('refuses %s', async (_name, body, code) => {
    serve(body);
    await expect(fetchAll()).rejects.toMatchObject({ code });
    await expect(client.test(never)).resolves.toMatchObject({ ok: false, error: { code } });
  });

  it('downloads again when the connection breaks', async () => {
    host.answer = inTurn(
      (request, response) => {
        response.writeHead(200, { 'content-length': FILE.length });
        response.write(FILE.slice(0, 30), () => request.socket.destroy());
      },
      status(503),
      (_request, response) => response.end(FILE),
    );
    const { rows } = await fetchAll();
    expect(rows).toHaveLength(2);
    expect(host.requests).toHaveLength(3);
  });

  it('stops at the size limit when a packed file grows', async () => {
    serve(gzipSync(gzipSync(`#EXTM3U\n${'#'.repeat(5_000_000)}`)));
    const small = makeClient(undefined, { maxBodyBytes: 1_000_000 });
    await expect(fetchAll(small)).rejects.toMatchObject({ code: ERROR_CODE.providerTooLarge });
    await small.close();
  });

  it('counts items, not entries', async () => {
    serve(
      FILE +
        FILE +
        '#EXTINF:-1,Harbour S01E01\nhttp://h/series/a/b/9.mkv\n#EXTINF:-1,Harbour S01E02\nhttp://h/series/a/b/10.mkv\n',
    );
    await expect(client.test(never)).resolves.toMatchObject({
      ok: true,
      counts: { channel: 1, movie: 1, series: 1 },
    });
  });
});
