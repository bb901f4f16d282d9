import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../../simulator.fixture.js';
import { StalkerBox } from '../../stalker/stalker-client.fixture.js';

const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;

let simulator: SimulatorFixture;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([{ name: 'q', movies: 200, series: 40, channels: 30 }]);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.control('DELETE', 'q/quirks'));

const set = (patch: object) => simulator.control('PATCH', 'q/quirks', patch);
const list = async (action: string) =>
  (await simulator.get(`q/player_api.php?${LOGIN}&action=${action}`)).body;
const count = async (action: string) => (JSON.parse(await list(action)) as unknown[]).length;
const expected = async (kind: string) =>
  (await simulator.get(`control/catalogues/q/expected?kind=${kind}`)).body.trim().split('\n').length;

describe('quirks', () => {
  it('are set group by group, taken back one by one, and all at once', async () => {
    await set({ rows: { volatile: true }, listing: { ignoreSort: true } });
    await set({ rows: { types: 'strings' } });
    expect((await simulator.control('GET', 'q/quirks')).body).toEqual({
      rows: { types: 'strings' },
      listing: { ignoreSort: true },
    });
    expect((await set({ rows: null })).body).toEqual({ listing: { ignoreSort: true } });
    expect((await simulator.control('DELETE', 'q/quirks')).status).toBe(204);
    expect((await simulator.control('GET', 'q/quirks')).body).toEqual({});
  });

  it.each([
    { colour: 'red' },
    { latencyMs: -1 },
    { listed: { percent: 101 } },
    { listed: {} },
    { listing: { pastEnd: 'never' } },
    { listing: { shortPage: { page: 0, rows: 1 } } },
    { rows: { bad: { every: 0, form: 'null' } } },
    { rows: { texts: { every: 1, form: 'rude' } } },
    { access: { refusal: 'politely' } },
    { limits: { ban: { afterFailures: 1 } } },
    { transport: { userAgent: { contains: '', allowed: true, refusal: '461' } } },
    { playlist: { charset: 'ebcdic' } },
    { account: { expDate: {} } },
  ])('are refused when they are none: %j', async (patch) => {
    expect((await set(patch)).status).toBe(400);
    expect(
      (await simulator.control('POST', 'q/faults', { effect: { type: 'quirks', set: patch } })).status,
    ).toBe(400);
    expect((await simulator.control('GET', 'q/quirks')).body).toEqual({});
  });

  it('hide half the catalogue, and give it back as it was', async () => {
    const before = await list('get_vod_streams');
    await set({ listed: { percent: 50 } });
    const half = await count('get_vod_streams');
    expect(half).toBeGreaterThan(60);
    expect(half).toBeLessThan(140);
    const box = new StalkerBox(simulator, 'q/server/load.php');
    await box.logIn();
    const page = await box.js<{ total_items: string }>('type=vod&action=get_ordered_list&p=1');
    expect(Number(page.total_items)).toBe(half + (await count('get_series')));
    const playlist = (await simulator.get('q/playlist.m3u')).body;
    expect(playlist.split('/q/movie/')).toHaveLength(half + 1);
    expect([await expected('movie'), await expected('channel')]).toEqual([200, 30]);
    await set({ listed: null });
    expect(await list('get_vod_streams')).toBe(before);
  });

  it('empty one scope', async () => {
    await set({ listed: { percent: 0, kinds: ['series'] } });
    expect([await list('get_series'), await count('get_vod_streams')]).toEqual(['[]', 200]);
    await set({ listed: { percent: 0, kinds: ['series'], emptyAs: '{}' } });
    expect(await list('get_series')).toBe('{}');
  });

  it('let answers wait from now on', async () => {
    await set({ latencyMs: 80 });
    const start = performance.now();
    await simulator.get('q/c/');
    expect(performance.now() - start).toBeGreaterThan(79);
  });

  it('tell of a series in another shape', async () => {
    const [series] = JSON.parse(await list('get_series')) as { series_id: number }[];
    const told = async (info: string) => {
      await set({ series: { info } });
      return JSON.parse(await list(`get_series_info&series_id=${series?.series_id}`)) as unknown;
    };
    expect(await told('empty-list')).toEqual([]);
    expect(await told('null')).toBeNull();
    expect(await told('list')).toMatchObject({ episodes: expect.any(Array) });
    expect(await told('by-season')).toMatchObject({ episodes: { 1: expect.any(Array) } });
    expect(await told('no-seasons')).toMatchObject({ seasons: [] });
    expect(await told('no-episodes')).not.toHaveProperty('episodes');
  });

  it('make rows odd in every list of both protocols', async () => {
    await set({ rows: { bad: { every: 1, form: 'null' } } });
    for (const action of ['get_vod_streams', 'get_series', 'get_live_streams'])
      expect(new Set(JSON.parse(await list(action)) as unknown[])).toEqual(new Set([null]));
    const box = new StalkerBox(simulator, 'q/server/load.php');
    await box.logIn();
    for (const call of [
      'vod&action=get_ordered_list',
      'itv&action=get_all_channels',
      'itv&action=get_ordered_list',
    ])
      expect((await box.js<{ data: unknown[] }>(`type=${call}`)).data[0]).toBeNull();
  });
});
