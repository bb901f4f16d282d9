import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';
import { StalkerBox } from './stalker-client.fixture.js';

interface Page {
  total_items: unknown;
  max_page_items: number;
  data: Record<string, unknown>[];
}
const LIST = 'type=vod&action=get_ordered_list&category=*&sortby=added';

let simulator: SimulatorFixture;
beforeAll(async () => {
  const size = { movies: 90, series: 10, channels: 25, vodCategories: 5, liveCategories: 4 };
  simulator = await SimulatorFixture.start([
    { name: 'real', ...size },
    { name: 'panel', profile: 'panel', ...size },
    { name: 'strict', pinDevice: true, requireLogin: true, ...size },
  ]);
});
afterAll(() => simulator.stop());

describe('a genuine portal', () => {
  const box = () => new StalkerBox(simulator, 'real/server/load.php');

  it('is found where real ones are, and not where panels are', async () => {
    expect((await simulator.get('real/')).headers.location).toBe(`${simulator.url}/real/c/`);
    expect((await simulator.get('real/c/')).status).toBe(200);
    expect((await simulator.get('real/portal.php?type=stb&action=handshake')).status).toBe(404);
  });

  it('counts a token once get_profile was called with it, and gives it back on the next handshake', async () => {
    const one = box();
    const token = await one.handshake();
    expect(token).toMatch(/^[0-9A-F]{32}$/);
    expect((await one.call(LIST)).body).toBe('Authorization failed.');
    expect(await one.js('type=stb&action=get_profile')).toMatchObject({ status: 0 });
    expect((await one.js<Page>(LIST)).data).toHaveLength(14);
    expect(await one.js(`type=stb&action=handshake&token=${token}`)).toMatchObject({ token });
  });

  it('ends a session when another client activates its own', async () => {
    const [one, other] = [box(), box()];
    await one.logIn();
    await other.handshake();
    expect((await one.js<Page>(LIST)).data).toHaveLength(14);
    await other.js('type=stb&action=get_profile');
    expect((await one.call(LIST)).body).toBe('Authorization failed.');
    expect((await other.js<Page>(LIST)).data).toHaveLength(14);
  });

  it('refuses other MACs', async () => {
    const stranger = new StalkerBox(simulator, 'real/server/load.php', '00:1A:79:FF:FF:FF');
    await stranger.handshake();
    expect(await stranger.js('type=stb&action=get_profile')).toMatchObject({ status: 1 });
    expect((await stranger.call(LIST)).body).toBe('Authorization failed.');
    const odd = new StalkerBox(simulator, 'real/server/load.php', '10:FE:ED:00:00:01');
    expect(await odd.js('type=stb&action=get_profile')).toEqual({ status: 1 });
  });

  it('mixes series into the videos, counts in strings, and lists no series of their own', async () => {
    const one = box();
    await one.logIn();
    const pages = await Promise.all(Array.from({ length: 9 }, (_, i) => one.js<Page>(`${LIST}&p=${i + 1}`)));
    const rows = pages.flatMap((page) => page.data);
    expect([rows.length, pages[0]?.total_items, pages[8]?.data]).toEqual([100, '100', []]);
    expect(rows.filter((row) => row.is_series === '1')).toHaveLength(10);
    expect(await one.js('type=series&action=get_ordered_list')).toBe(false);
    const categories = await one.js<{ id: string }[]>('type=vod&action=get_categories');
    expect(categories.map(({ id }) => id)[0]).toBe('*');
    expect(categories).toHaveLength(6);
  });

  it('walks a series by seasons and episodes', async () => {
    const one = box();
    await one.logIn();
    const { data } = await one.js<Page>(`${LIST}&p=1`);
    const series =
      data.find((row) => row.is_series === '1') ??
      (await one.js<Page>(`${LIST}&p=2`)).data.find((row) => row.is_series === '1');
    const base = `type=vod&action=get_ordered_list&movie_id=${String(series?.id)}`;
    const seasons = await one.js<Page>(base);
    expect(seasons.data[0]).toMatchObject({ is_season: true, video_id: series?.id });
    const episodes = await one.js<Page>(`${base}&season_id=${String(seasons.data[0]?.id)}`);
    expect(episodes.data[0]).toMatchObject({ is_episode: true, series_number: '1' });
  });

  it('lists channels by page and all at once', async () => {
    const one = box();
    await one.logIn();
    const all = await one.js<Page>('type=itv&action=get_all_channels');
    const first = await one.js<Page>('type=itv&action=get_ordered_list&genre=*&p=1');
    const second = await one.js<Page>('type=itv&action=get_ordered_list&genre=*&p=2');
    expect(all.data).toHaveLength(25);
    expect([...first.data, ...second.data].map((row) => row.id)).toEqual(all.data.map((row) => row.id));
    const genres = await one.js<{ id: string }[]>('type=itv&action=get_genres');
    const byGenre = await Promise.all(
      genres.slice(1).map(({ id }) => one.js<Page>(`type=itv&action=get_ordered_list&genre=${id}&p=1`)),
    );
    expect(byGenre.reduce((sum, page) => sum + Number(page.total_items), 0)).toBe(25);
  });

  it('pins the device and asks for the login where it is told to', async () => {
    const strict = new StalkerBox(simulator, 'strict/server/load.php');
    await strict.handshake();
    const profile = (device: string) =>
      strict.js<{ status: number }>(`type=stb&action=get_profile&device_id=${device}`);
    expect(await profile('AAA')).toMatchObject({ status: 2 });
    const login = `login=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;
    expect(await strict.js(`type=stb&action=do_auth&${login}`)).toBe(true);
    expect(await profile('AAA')).toMatchObject({ status: 0 });
    expect(await profile('BBB')).toMatchObject({
      status: 1,
      msg: expect.stringContaining('device conflict'),
    });
  });
});

describe('a panel that speaks Stalker', () => {
  const box = (path = 'portal.php') => new StalkerBox(simulator, `panel/${path}`);

  it('gives a new token at every handshake, and kills the one before', async () => {
    const [one, other] = [box(), box('server/load.php')];
    expect((await one.call(LIST)).body).toBe('');
    await one.handshake();
    expect((await one.js<Page>(LIST)).data).toHaveLength(14);
    await other.handshake();
    expect(other.token).not.toBe(one.token);
    expect(await one.call(LIST)).toMatchObject({ status: 200, body: '' });
    expect((await other.js<Page>(LIST)).data).toHaveLength(14);
  });

  it('does not know other MACs, and takes the MAC from the query too', async () => {
    const stranger = new StalkerBox(simulator, 'panel/portal.php', '00:1A:79:FF:FF:FF');
    expect(await stranger.handshake()).toBeNull();
    const { js } = await simulator.getJson<{ js: { token: string } }>(
      `panel/portal.php?type=stb&action=handshake&mac=${encodeURIComponent(ACCOUNT.mac)}`,
    );
    expect(js.token).not.toBeNull();
  });

  it('lists movies and series apart, in numbers, and a season a row', async () => {
    const one = box();
    await one.handshake();
    const movies = await one.js<Page>(LIST);
    expect([movies.total_items, new Set(movies.data.map((row) => row.is_series))]).toEqual([
      90,
      new Set([0]),
    ]);
    const series = await one.js<Page>('type=series&action=get_ordered_list&category=*&p=1');
    expect([series.total_items, series.data[0]?.is_series, series.data[0]?.cmd]).toEqual([10, 1, '']);
    const id = String(series.data[0]?.id);
    const seasons = await one.js<Page>(`type=series&action=get_ordered_list&movie_id=${id}`);
    expect(new Set(seasons.data.map((row) => String(row.id)))).toEqual(new Set([id]));
    const cmd = Buffer.from(String(seasons.data[0]?.cmd), 'base64').toString();
    expect(JSON.parse(cmd)).toEqual({
      series_id: Number(id),
      season_num: seasons.data.length,
      type: 'series',
    });
  });
});
