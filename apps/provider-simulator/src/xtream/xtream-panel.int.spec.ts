import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';

type Row = Record<string, unknown>;
const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;

let simulator: SimulatorFixture;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([
    { name: 'x', movies: 5000, series: 600, channels: 900, vodCategories: 7, liveCategories: 5 },
    { name: 'large', movies: 40_000, series: 0, channels: 0 },
  ]);
});
afterAll(() => simulator.stop());

const api = <T>(query: string) => simulator.getJson<T>(`x/player_api.php?${LOGIN}&${query}`);
const expected = async (kind: string) =>
  (await simulator.get(`control/catalogues/x/expected?kind=${kind}`)).body
    .split('\n')
    .filter((line) => line !== '');

describe('an Xtream panel', () => {
  it('tells of the account, also when it does not know the action', async () => {
    const account = await api<{ user_info: Row }>('');
    expect(account.user_info).toMatchObject({ auth: 1, status: 'Active', username: ACCOUNT.username });
    expect(await api('action=get_foo')).toHaveProperty('server_info');
    expect(await simulator.getJson('x/player_api.php?username=a&password=b&action=get_vod_streams')).toEqual({
      user_info: { auth: 0 },
    });
  });

  it('takes the login from a posted form', async () => {
    const response = await fetch(`${simulator.url}/x/player_api.php`, {
      method: 'POST',
      body: new URLSearchParams({ ...ACCOUNT, action: 'get_vod_categories' }),
    });
    expect(await response.json()).toHaveLength(7);
  });

  it('lists all movies and series once, in mixed types that can be read', async () => {
    const movies = await api<Row[]>('action=get_vod_streams');
    expect(movies.map((row) => `movie:${String(row.stream_id)}`)).toEqual(await expected('movie'));
    expect(Object.keys(movies[0] ?? {}).length).toBeGreaterThanOrEqual(25);
    for (const field of ['stream_id', 'rating', 'tmdb', 'added', 'is_adult', 'year', 'episode_run_time']) {
      expect(new Set(movies.map((row) => typeof row[field])).size).toBeGreaterThan(1);
    }
    const nulls = ['plot', 'stream_icon', 'container_extension', 'custom_sid', 'trailer'];
    for (const field of nulls) expect(movies.some((row) => row[field] === null)).toBe(true);
    const series = await api<Row[]>('action=get_series');
    expect(series.map((row) => `series:${String(row.series_id)}`)).toEqual(await expected('series'));
    expect(
      new Set(series.map((row) => (Array.isArray(row.backdrop_path) ? 'list' : typeof row.backdrop_path)))
        .size,
    ).toBe(3);
  });

  it('has rows of about a thousand bytes', async () => {
    const { body } = await simulator.get(`x/player_api.php?${LOGIN}&action=get_vod_streams`);
    expect(body.length / 5000).toBeGreaterThan(900);
    expect(body.length / 5000).toBeLessThan(1050);
  });

  it('lists a channel once for each of its categories, and by its first one only', async () => {
    const rows = await api<Row[]>('action=get_live_streams');
    expect([...new Set(rows.map((row) => `channel:${String(row.stream_id)}`))]).toEqual(
      await expected('channel'),
    );
    const twice = rows.filter((row) => (row.category_ids as unknown[]).length === 2);
    expect(rows.length - 900).toBe(twice.length / 2);
    const categories = await api<{ category_id: string }[]>('action=get_live_categories');
    const filtered = await Promise.all(
      categories.map(({ category_id: id }) => api<Row[]>(`action=get_live_streams&category_id=${id}`)),
    );
    expect(filtered.flat()).toHaveLength(900);
  });

  it('cuts lists by offset and number where it is asked to', async () => {
    const all = await api<Row[]>('action=get_vod_streams');
    const part = await api<Row[]>('action=get_vod_streams&params[offset]=20&params[items_per_page]=15');
    expect(part.map((row) => row.stream_id)).toEqual(all.slice(20, 35).map((row) => row.stream_id));
  });

  it('tells details of a movie and a series, and nothing of unknown ids', async () => {
    const [movie] = await api<Row[]>('action=get_vod_streams');
    const [series] = await api<Row[]>('action=get_series');
    const id = String(movie?.stream_id);
    expect(await api(`action=get_vod_info&vod_id=${id}`)).toMatchObject({
      movie_data: { stream_id: Number(id) },
    });
    const info = await api<{ seasons: Row[]; episodes: object }>(
      `action=get_series_info&series_id=${String(series?.series_id)}`,
    );
    expect(Object.keys(info.episodes)).toHaveLength(info.seasons.length);
    expect(await api('action=get_vod_info&vod_id=1')).toEqual({ info: [] });
    expect(await api('action=get_series_info&series_id=1')).toEqual([]);
  });

  it('stops computing a list when the client goes away', async () => {
    const leave = new AbortController();
    const response = await fetch(`${simulator.url}/large/player_api.php?${LOGIN}&action=get_vod_streams`, {
      signal: leave.signal,
    });
    await response.body?.getReader().read();
    leave.abort();
    const ledger = async () =>
      (await simulator.control<{ parallelNow: number; bytes: number }>('GET', 'large/ledger')).body;
    while ((await ledger()).parallelNow > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await ledger()).bytes).toBeLessThan(40_000 * 900);
  });
});
