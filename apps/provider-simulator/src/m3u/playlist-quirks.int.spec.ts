import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PLAYLIST_STAND_INS, type PlaylistQuirks } from '../quirks/playlist.quirks.js';
import { SimulatorFixture } from '../simulator.fixture.js';

let simulator: SimulatorFixture;
let whole: string;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([{ name: 'p', movies: 60, series: 10, channels: 40 }]);
  whole = (await simulator.get('p/playlist.m3u')).body;
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.control('DELETE', 'p/quirks'));

const set = async (playlist: PlaylistQuirks) =>
  expect((await simulator.control('PATCH', 'p/quirks', { playlist })).status).toBe(200);
const raw = async () => (await simulator.getRaw('p/playlist.m3u')).raw;
const text = async (playlist: PlaylistQuirks) => {
  await set(playlist);
  return (await raw()).toString('utf8');
};
const urls = (body: string) => body.split(/[\r\n]+/).filter((line) => /^https?:/.test(line));

describe('a playlist', () => {
  it('is written in other encodings, with and without a mark', async () => {
    expect((await text({ bom: true })).slice(1)).toBe(whole);
    await set({ charset: 'utf16le', bom: true });
    const little = await raw();
    expect([little[0], little[1], little.toString('utf16le').slice(1)]).toEqual([0xff, 0xfe, whole]);
    await set({ charset: 'utf16be', bom: true });
    const big = await raw();
    expect([big[0], big[1], big.swap16().toString('utf16le').slice(1)]).toEqual([0xfe, 0xff, whole]);
    await set({ charset: 'latin1' });
    const latin = (await raw()).toString('latin1');
    expect(latin).toBe(whole.replaceAll(/[\u0100-\uffff]/g, '?'));
    expect(latin).toMatch(/[\u00c0-\u00ff]/);
  });

  it('ends its lines in other ways, and leaves out the header or the last URL', async () => {
    expect(await text({ lineEnd: 'cr' })).toBe(whole.replaceAll('\r\n', '\r'));
    expect(await text({ lineEnd: 'lf' })).toBe(whole.replaceAll('\r\n', '\n'));
    expect(await text({ noHeader: true })).toBe(whole.slice(whole.indexOf('#EXTINF')));
    const cut = await text({ lastWithoutUrl: true });
    expect(whole.startsWith(cut)).toBe(true);
    expect(cut.trimEnd().split('\r\n').at(-1)).toMatch(/^#EXTINF/);
    expect(urls(cut)).toHaveLength(urls(whole).length - 1);
  });

  it('quotes its attributes otherwise, and has commas in them', async () => {
    expect(await text({ quotes: 'single' })).toContain(` tvg-logo='https://image.example/`);
    expect(await text({ quotes: 'none' })).toContain(' tvg-logo=https://image.example/');
    const groups = Array.from((await text({ commaInQuotes: true })).matchAll(/group-title="([^"]*)",/g));
    expect(groups).toHaveLength(urls(whole).length);
    expect(groups.every(([, group]) => group?.endsWith(', #1'))).toBe(true);
  });

  it('has other tokens in its URLs with each download, and the same ids', async () => {
    await set({ tokens: true });
    const [one, other] = [urls((await raw()).toString()), urls((await raw()).toString())];
    expect(one.some((url, i) => url === other[i])).toBe(false);
    expect(one.map((url) => url.split('?token=')[0])).toEqual(urls(whole));
  });

  it('is encrypted as panels do it', async () => {
    await set({ encrypted: true });
    const [one, other] = [(await raw()).toString(), (await raw()).toString()];
    const ids = (body: string) => Array.from(body.matchAll(/ xui-id="(\d+)"/g), ([, id]) => id);
    expect(ids(one)).toEqual(urls(whole).map((url) => /(\d+)\.\w+$/.exec(url)?.[1]));
    expect(ids(one)).toEqual(ids(other));
    expect(urls(one).every((url) => /\/p\/play\/[0-9a-f]{40}#\.\w+$/.test(url))).toBe(true);
    expect(urls(one)[0]).not.toBe(urls(other)[0]);
  });

  it('is an archive that does not say so', async () => {
    await set({ gzipFile: true });
    const { raw: packed, headers } = await simulator.getRaw('p/playlist.m3u');
    expect([gunzipSync(packed).toString(), headers['content-encoding']]).toEqual([whole, undefined]);
  });

  it.each(PLAYLIST_STAND_INS)('is something else: %s', async (instead) => {
    const starts = {
      html: '<!DOCTYPE html>',
      'hls-master': '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-STREAM-INF',
      'hls-media': '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION',
      empty: '',
      'error-text': 'Invalid username or password',
    };
    const body = await text({ instead });
    expect(body.slice(0, starts[instead].length)).toBe(starts[instead]);
    expect(body.length).toBeLessThan(1_000);
  });
});

describe('validators', () => {
  const ask = async () => {
    const { headers } = await simulator.get('p/playlist.m3u');
    const again = {
      ...(headers.etag !== undefined && { 'If-None-Match': headers.etag }),
      ...(headers['last-modified'] !== undefined && { 'If-Modified-Since': headers['last-modified'] }),
    };
    return {
      given: Object.keys(again),
      status: (await simulator.get('p/playlist.m3u', again)).status,
      again,
    };
  };

  it('are given, kept back, or of one sort only', async () => {
    expect(await ask()).toMatchObject({ given: ['If-None-Match', 'If-Modified-Since'], status: 304 });
    await set({ validators: 'etag' });
    expect(await ask()).toMatchObject({ given: ['If-None-Match'], status: 304 });
    await set({ validators: 'last-modified' });
    expect(await ask()).toMatchObject({ given: ['If-Modified-Since'], status: 304 });
    await set({ validators: 'none' });
    expect(await ask()).toMatchObject({ given: [], status: 200 });
  });

  it('are wrong: never changing, or always', async () => {
    await set({ validators: 'changing-etag' });
    expect((await ask()).status).toBe(200);
    await set({ validators: 'frozen-weak-etag' });
    const { again } = await ask();
    await simulator.control('POST', 'p/tomorrow', { edit: 5 });
    expect((await simulator.get('p/playlist.m3u', again)).status).toBe(304);
  });

  it('are counted where clients use them', async () => {
    await simulator.control('DELETE', 'p/ledger');
    await ask();
    const report = async () => (await simulator.control<Record<string, number>>('GET', 'p/ledger')).body;
    while ((await report()).parallelNow !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await report()).toMatchObject({ requests: 2, conditionalRequests: 1, notModified: 1 });
    await simulator.control('DELETE', 'p/ledger');
    expect(await report()).toMatchObject({ conditionalRequests: 0, notModified: 0 });
  });
});
