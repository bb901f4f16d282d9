import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CatalogueSyncError,
  REQUEST,
  type CatalogueCategory,
  type CatalogueItem,
  type ItemId,
  type ItemKind,
} from '@catalogue-sync/contracts';
import type { AccessScope, CreatedKeyDto, EpisodeListDto } from '@catalogue-sync/contracts/rest';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { Xtream } from '@iptv/xtream-api';
import playlistParser from 'iptv-playlist-parser';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { fetch as asAdmin, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { writeItems } from '../../fixtures/search-tables.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';
import { storeSnapshot } from '../../fixtures/stored-snapshot.js';

const MOVIES = 2_600;
const SECRET_URL = 'http://panel.example/movie/viewer/pa55word/7.mkv';

const item = (
  kind: ItemKind,
  externalId: string,
  categoryIds: string[],
  more: Partial<CatalogueItem> = {},
): CatalogueItem => ({
  id: `${kind}:${externalId}` as ItemId,
  kind,
  externalId,
  name: `${kind} ${externalId}`,
  categoryIds,
  ...more,
});

const items: CatalogueItem[] = [
  ...Array.from({ length: MOVIES }, (_unused, index) =>
    item('movie', String(index + 1), index % 2 === 0 ? ['vod:7'] : ['vod:8', 'vod:7'], { container: 'mkv' }),
  ),
  item('movie', 'url-0123abc', [], { name: 'Of "no" number,\nand of no category', poster: '/p/1.jpg' }),
  item('channel', '1', ['live:7'], { number: 42, epgChannelId: 'one.example', poster: 'one.png' }),
  item('channel', '2', ['live:7'], { playCommand: 'ffmpeg http://portal.example/ch/{token}' }),
  item('series', '9', ['vod:8'], { name: 'Harbour' }),
  item('series', 'title-0f0f', ['vod:8'], { name: 'Of no number' }),
];
const categories: CatalogueCategory[] = [
  { id: 'live:7', scope: 'live', externalId: '7', name: 'News' },
  { id: 'vod:7', scope: 'vod', externalId: '7', name: 'Drama' },
  { id: 'vod:8', scope: 'vod', externalId: '8', name: 'Crime & more' },
];
const EPISODES: EpisodeListDto = {
  fetchedAt: '2026-11-20T10:00:00.000Z',
  episodes: [
    { id: '1:1', season: 1, number: 1, name: 'Fog' },
    { id: '1:2', season: 1, number: 2, container: 'mkv', durationMinutes: 45 },
    { id: '0:1', season: 0, number: 1 },
  ],
};

// Real: HTTP, NATS, Postgres with the services' views and the read-only role. Played: the fetcher.
describe('players', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let tables: CatalogueTables;
  let services: StandInServices;
  let gateway: GatewayUnderTest;
  let player: { username: string; password: string };
  let viewer: { username: string; password: string };

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    tables = await CatalogueTables.create(await postgres.createDatabase());
    services = await new StandInServices({
      [REQUEST.getProvider]: ({ providerId }) => {
        if (providerId !== 'p1')
          throw new CatalogueSyncError('provider-not-found', 'There is no such provider.');
        return sampleProvider();
      },
      [REQUEST.getEpisodes]: () => EPISODES,
      [REQUEST.getMovieDetails]: () => {
        throw new CatalogueSyncError('provider-cooling-down', 'Left alone for a while.');
      },
      [REQUEST.resolveStream]: () => ({ url: SECRET_URL }),
    }).start(nats.url);
    await storeSnapshot(tables.client, { provider: 'p1', version: 1, items, categories });
    await writeItems(tables.client, 'p1', items);
    gateway = await startGateway(tables.readerUrl, nats.url, await postgres.createDatabase());
    player = await keyFor(['playback']);
    viewer = await keyFor(['read']);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await tables.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const keyFor = async (scopes: AccessScope[]) => {
    const answer = await asAdmin(`${gateway.url}/api/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a player', scopes }),
    });
    const { id, key } = (await answer.json()) as CreatedKeyDto;
    return { username: id, password: key.slice(`csk_${id}_`.length) };
  };
  const xtream = (login = player) => new Xtream({ url: `${gateway.url}/xtream/p1`, ...login });
  const api = (query: string, login = player) =>
    fetch(
      `${gateway.url}/xtream/p1/player_api.php?username=${login.username}&password=${login.password}${query}`,
    );
  const location = async (url: string | undefined) => {
    const answer = await fetch(url ?? '', { redirect: 'manual' });
    return {
      status: answer.status,
      to: answer.headers.get('location'),
      kept: answer.headers.get('cache-control'),
    };
  };

  it('find a panel with their key as its account', async () => {
    expect(await xtream().getProfile()).toMatchObject({ auth: 1, status: 'Active', ...player });
    const info = await xtream().getServerInfo();
    expect(info).toMatchObject({ url: new URL(gateway.url).hostname, port: new URL(gateway.url).port });
    const wrong = await api('', { ...player, password: viewer.password });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ user_info: { auth: 0 } });
    const elsewhere = `${gateway.url}/xtream/p2/player_api.php?username=${player.username}&password=${player.password}`;
    expect((await fetch(`${elsewhere}&action=get_vod_streams`)).status).toBe(404);
  });

  it('see the categories of each kind, each with a number of its own', async () => {
    expect(await xtream().getMovieCategories()).toMatchObject([
      { category_id: '7', category_name: 'Drama' },
      { category_id: '8', category_name: 'Crime & more' },
      { category_id: '0', category_name: 'Other' },
    ]);
    expect(await xtream().getChannelCategories()).toMatchObject([
      { category_id: '7', category_name: 'News' },
    ]);
    expect(await xtream().getShowCategories()).toMatchObject([{ category_id: '8' }]);
  });

  it('see every movie, channel and series, or those of a category', async () => {
    const movies = await xtream(viewer).getMovies();
    expect(movies).toHaveLength(MOVIES + 1);
    expect(new Set(movies.map(({ stream_id }) => stream_id)).size).toBe(MOVIES + 1);
    expect(movies.find(({ stream_id }) => stream_id === 2)).toMatchObject({
      name: 'movie 2',
      category_id: '8',
      category_ids: [8, 7],
      container_extension: 'mkv',
    });
    expect(await xtream().getMovies({ categoryId: 8 })).toHaveLength(MOVIES / 2);
    // Also those that stand in another category first.
    expect(await xtream().getMovies({ categoryId: 7 })).toHaveLength(MOVIES);
    const [loose] = (await (await api('&action=get_vod_streams&category_id=0')).json()) as {
      stream_icon: string;
    }[];
    expect(loose?.stream_icon).toBe('http://images.example/p/1.jpg');
    expect(await xtream().getMovies({ categoryId: 99 })).toEqual([]);
    expect(await xtream().getChannels()).toMatchObject([
      { stream_id: 1, num: 42, epg_channel_id: 'one.example', stream_icon: 'http://images.example/one.png' },
      { stream_id: 2 },
    ]);
    expect(await xtream().getShows()).toMatchObject([
      { series_id: 9, name: 'Harbour', episode_count: null },
      { name: 'Of no number' },
    ]);
  });

  it('are told of one movie what the list tells, where the provider does not answer', async () => {
    expect(await xtream().getMovie({ movieId: 3 })).toMatchObject({
      info: { name: 'movie 3' },
      movie_data: { stream_id: 3, container_extension: 'mkv' },
    });
    await expect(xtream().getMovie({ movieId: 999_999 })).rejects.toThrow('Movie Not Found');
  });

  it.each(['Harbour', 'Of no number'])('see the episodes of the series %s and play one', async (name) => {
    const show = (await xtream().getShows()).find((each) => each.name === name);
    const { info, episodes } = await xtream().getShow({ showId: show?.series_id ?? 0 });
    expect(info).toMatchObject({ name, episode_count: 3 });
    expect(Object.keys(episodes)).toEqual(['0', '1']);
    const second = episodes['1']?.[1];
    expect(second).toMatchObject({ episode_num: 2, title: 'Episode 2', container_extension: 'mkv' });
    expect(Number.isSafeInteger(Number(second?.id))).toBe(true);
    const url = `${gateway.url}/xtream/p1/series/${player.username}/${player.password}/${second?.id}.mkv`;
    expect(await location(url)).toEqual({ status: 302, to: SECRET_URL, kept: 'no-store' });
    expect(services.lastRequest).toMatchObject({
      pattern: REQUEST.resolveStream,
      request: { providerId: 'p1', item: { name }, episodeId: '1:2', extension: 'mkv' },
    });
    expect((await location(url.replace(`${second?.id}`, `${Number(second?.id) + 1}`))).status).toBe(404);
  });

  it('share the episodes with the REST API, and problems are told as such', async () => {
    const episodes = (id: string) => asAdmin(`${gateway.url}/api/providers/p1/items/${id}/episodes`);
    expect(await (await episodes('series:9')).json()).toEqual(EPISODES);
    expect((await episodes('movie:1')).status).toBe(400);
    expect(await (await episodes('series:10')).json()).toMatchObject({ code: 'item-not-found', status: 404 });
    services.replies[REQUEST.getEpisodes] = () => {
      throw new CatalogueSyncError('provider-refused', 'The portal denies access.');
    };
    try {
      expect(await (await episodes('series:9')).json()).toMatchObject({
        code: 'provider-refused',
        status: 502,
      });
      expect((await api('&action=get_series_info&series_id=9')).status).toBe(502);
    } finally {
      services.replies[REQUEST.getEpisodes] = () => EPISODES;
    }
  });

  it('get a playlist that a reader takes, and play its entries', async () => {
    const login = `username=${player.username}&password=${player.password}`;
    const text = await (await fetch(`${gateway.url}/playlist/p1.m3u?${login}`)).text();
    const { items: entries } = playlistParser.parse(text);
    expect(entries).toHaveLength(MOVIES + 3);
    expect(entries[0]).toMatchObject({
      name: 'channel 1',
      tvg: { id: 'one.example', logo: 'http://images.example/one.png' },
      group: { title: 'News' },
    });
    const loose = entries.find((entry) => entry.name.startsWith('Of'));
    expect(loose).toMatchObject({ name: 'Of "no" number, and of no category', group: { title: '' } });
    expect((await location(loose?.url)).status).toBe(302);
    expect(services.lastRequest).toMatchObject({ request: { item: { id: 'movie:url-0123abc' } } });
    expect(await location(entries[1]?.url)).toMatchObject({ status: 302, to: SECRET_URL });
    expect(text).not.toContain('{token}');

    const same = await fetch(`${gateway.url}/xtream/p1/get.php?${login}&type=m3u_plus&output=ts`);
    expect(await same.text()).toBe(text);
    const series = await (await fetch(`${gateway.url}/playlist/p1.m3u?${login}&series=series:9`)).text();
    expect(playlistParser.parse(series).items.map(({ name }) => name)).toEqual([
      'Harbour S01E01',
      'Harbour S01E02',
      'Harbour S00E01',
    ]);
    expect((await fetch(`${gateway.url}/playlist/p1.m3u?${login}&kind=series`)).status).toBe(400);
    expect((await fetch(`${gateway.url}/playlist/p2.m3u?${login}`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/playlist/p1.m3u`)).status).toBe(401);
  });

  it('play only with a key that may, and nothing that is not there', async () => {
    const asked = services.requests.length;
    const stream = (login: typeof player, file: string) =>
      location(`${gateway.url}/xtream/p1/movie/${login.username}/${login.password}/${file}`);
    expect((await stream(viewer, '1.mkv')).status).toBe(403);
    expect((await stream({ ...player, password: 'x' }, '1.mkv')).status).toBe(401);
    expect((await stream(player, '999999.mkv')).status).toBe(404);
    expect((await stream(player, 'one.mkv')).status).toBe(404);
    expect(services.requests).toHaveLength(asked);
    const plain = `${gateway.url}/xtream/p1/${player.username}/${player.password}/2`;
    expect(await location(plain)).toMatchObject({ status: 302 });
  });

  it('that guess keys are sent away, and no others from the same address', async () => {
    let status = 0;
    for (let tries = 0; tries < 30 && status !== 429; tries++)
      status = (await api('', { username: 'a'.repeat(12), password: 'b'.repeat(43) })).status;
    expect(status).toBe(429);
    expect((await api('', player)).status).toBe(200);
  });
});
