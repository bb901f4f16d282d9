import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';

let simulator: SimulatorFixture;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([
    {
      name: 'm',
      movies: 300,
      series: 40,
      channels: 200,
      vodCategories: 15,
      seriesCategories: 4,
      liveCategories: 6,
    },
  ]);
});
afterAll(() => simulator.stop());

const KINDS: Record<string, string> = { live: 'channel', movie: 'movie', series: 'series' };
/** `[ids, EXTINF lines]` of a playlist. */
function read(text: string): [ids: string[], infos: string[]] {
  const lines = text.split('\r\n');
  const ids = lines.flatMap((line) => {
    const [, segment, user, password, id] =
      /\/(live|movie|series)\/([^/]+)\/([^/]+)\/(\d+)\.\w+$/.exec(line) ?? [];
    if (segment === undefined) return [];
    expect([user, password].map((each) => decodeURIComponent(each ?? ''))).toEqual([
      ACCOUNT.username,
      ACCOUNT.password,
    ]);
    return [`${KINDS[segment]}:${id}`];
  });
  return [ids, lines.filter((line) => line.startsWith('#EXTINF'))];
}

describe('a playlist host', () => {
  it('lists every item under its account, channels in each of their groups', async () => {
    const { body } = await simulator.get('m/playlist.m3u');
    const [ids, infos] = read(body);
    const expected = (await simulator.get('control/catalogues/m/expected')).body.split('\n').slice(0, -1);
    expect([...new Set(ids)].toSorted()).toEqual(expected.toSorted());
    expect(infos).toHaveLength(ids.length);
    expect(ids.length).toBeGreaterThan(expected.length);
    expect(body.startsWith('#EXTM3U')).toBe(true);
    expect(body.split('\r\n').join('')).not.toMatch(/[\r\n]/);
    const groups = new Set(infos.map((line) => /group-title="([^"]*)"/.exec(line)?.[1]));
    expect(groups.size).toBe(6 + 15 + 4);
    expect(Array.from(groups).join('')).not.toContain(';');
    expect(infos.some((line) => /group-title="[^"]*,[^"]*"/.test(line))).toBe(true);
    expect(infos.some((line) => /tvg-name="[^"]*,[^"]*"/.test(line))).toBe(true);
  });

  it('answers 304 until the catalogue changes', async () => {
    const first = await simulator.get('m/playlist.m3u');
    const etag = first.headers.etag ?? '';
    const modified = first.headers['last-modified'] ?? '';
    expect(await simulator.get('m/playlist.m3u', { 'If-None-Match': etag })).toMatchObject({
      status: 304,
      body: '',
    });
    expect((await simulator.get('m/playlist.m3u', { 'If-Modified-Since': modified })).status).toBe(304);
    await simulator.control('POST', 'm/tomorrow', { edit: 1 });
    const second = await simulator.get('m/playlist.m3u', { 'If-None-Match': etag });
    expect(second.status).toBe(200);
    expect(second.headers.etag).not.toBe(etag);
    expect(second.body).not.toBe(first.body);
    expect((await simulator.get('m/playlist.m3u', { 'If-Modified-Since': modified })).status).toBe(200);
  });

  it('is also the panel’s m3u_plus, for who logs in', async () => {
    const login = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;
    const panel = await simulator.get(`m/get.php?${login}&type=m3u_plus&output=ts`);
    expect(read(panel.body)).toEqual(read((await simulator.get('m/playlist.m3u')).body));
    expect(panel.headers.etag).toBeUndefined();
    expect((await simulator.get('m/get.php?username=a&password=b')).status).toBe(404);
  });
});
