import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  REQUEST,
  type AskedItem,
  type Episode,
  type ItemId,
  type ItemKind,
  type ProviderConnection,
  type ProviderId,
} from '@catalogue-sync/contracts';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';
import type { Replica } from '../../e2e/support/fetcher-environment.js';
import { SimulatorProcess } from '../../e2e/support/simulator-process.js';

const ACCOUNT = { username: 'ann@home', password: 'p&ss #1', mac: '00:1A:79:0A:0B:0C' };
const SECRETS = ['ann@home', 'ann%40home', 'p&ss', 'p%26ss', '00:1A:79:0A', '00%3A1A%3A79'];
const SIZE = { seed: 5, movies: 30, series: 6, channels: 10, account: ACCOUNT };

let bench: FetcherBench;
let replica: Replica;
let simulator: SimulatorProcess;
beforeAll(async () => {
  const catalogues = [
    { name: 'genuine', ...SIZE },
    { name: 'panel', profile: 'panel', ...SIZE },
  ];
  [bench, simulator] = await Promise.all([FetcherBench.start(), SimulatorProcess.start(catalogues)]);
  replica = await bench.replica('one');
}, 60_000);
afterAll(async () => {
  await bench.stop();
  await simulator.stop();
});

const addProvider = async (connection: ProviderConnection): Promise<ProviderId> => {
  const settings = { requestsPerSecond: 1000, parallelRequests: 4 };
  return (await bench.send(REQUEST.createProvider, { name: 'played', connection, settings })).id;
};
const portal = (name: string): ProviderConnection => ({
  protocol: 'stalker',
  url: `${simulator.url}/${name}/c/`,
  mac: ACCOUNT.mac,
});
const listed = async (name: string, kind: ItemKind): Promise<string[]> => {
  const response = await fetch(`${simulator.url}/control/catalogues/${name}/expected?kind=${kind}`);
  return (await response.text()).split('\n').filter((line) => line !== '');
};
const item = (id: string, more: Partial<AskedItem> = {}): AskedItem => {
  const [kind, externalId] = id.split(':') as [ItemKind, string];
  return { id: id as ItemId, kind, externalId, name: '', categoryIds: [], ...more };
};
const requests = async (name: string): Promise<Record<string, number>> => {
  const response = await fetch(`${simulator.url}/control/catalogues/${name}/ledger`);
  return ((await response.json()) as { requestsByAction: Record<string, number> }).requestsByAction;
};
/** What a player gets at an address. */
const play = async (url: string): Promise<string> => (await fetch(url)).text();

/** What is different in the two families of portals. */
const FAMILIES = {
  genuine: {
    seriesCategory: 'vod:1',
    listAction: 'stalker vod.get_ordered_list',
    // An episode has files, which are listed to play it. They are numbered after it.
    listsToPlay: 1,
    playsAs: (_series: string, episode: Episode) => `file-${1_000_000_000_000 + Number(episode.id) * 4}`,
    movieCommand: (id: string) => `/media/${id}.mpg`,
  },
  panel: {
    seriesCategory: 'series:1',
    listAction: 'stalker series.get_ordered_list',
    listsToPlay: 0,
    playsAs: (series: string, { season, number }: Episode) =>
      `series-${series}-season-${season}-episode-${number}`,
    movieCommand: (id: string) => Buffer.from(`{"stream_id":${id},"type":"movie"}`).toString('base64'),
  },
};

describe.each(['genuine', 'panel'] as const)('a %s portal', (name) => {
  const family = FAMILIES[name];

  it('lists the episodes of a series once for all who ask, and plays the one that is asked for', async () => {
    const providerId = await addProvider(portal(name));
    const [id = ''] = await listed(name, 'series');
    const series = item(id, { categoryIds: [family.seriesCategory] });
    const [first, second] = await Promise.all([
      bench.send(REQUEST.getEpisodes, { providerId, item: series }),
      bench.send(REQUEST.getEpisodes, { providerId, item: series }),
    ]);
    const asked = await requests(name);
    expect(first).toEqual(second);
    expect(first.episodes.length).toBeGreaterThan(2);
    expect(first.episodes[0]).toMatchObject({ season: 1, number: 1 });
    expect(new Set(first.episodes.map((each) => each.id)).size).toBe(first.episodes.length);
    expect(JSON.stringify(first)).not.toContain('play');

    const third = first.episodes[2] as (typeof first.episodes)[0];
    const { url } = await bench.send(REQUEST.resolveStream, {
      providerId,
      item: series,
      episodeId: third.id,
    });
    expect(await play(url)).toBe(family.playsAs(series.externalId, third));
    // The seasons were not asked for again.
    const after = await requests(name);
    expect((after[family.listAction] ?? 0) - (asked[family.listAction] ?? 0)).toBe(family.listsToPlay);
    // One session serves it all.
    expect(after['stalker stb.handshake']).toBe(1);
  });

  it('makes a link for movies and channels, from their commands or without', async () => {
    const providerId = await addProvider(portal(name));
    const [movie = ''] = await listed(name, 'movie');
    const [channel = ''] = await listed(name, 'channel');
    const number = channel.split(':')[1];
    const resolve = async (asked: AskedItem) =>
      play((await bench.send(REQUEST.resolveStream, { providerId, item: asked })).url);
    const command = `ffmpeg http://localhost/ch/${number}_`;
    expect(await resolve(item(channel, { playCommand: command }))).toBe(`channel-${number}`);
    expect(await resolve(item(channel))).toBe(`channel-${number}`);
    const playCommand = family.movieCommand(movie.split(':')[1] ?? '');
    expect(await resolve(item(movie, { playCommand }))).toBe(movie.replace(':', '-'));
    await expect(resolve(item('movie:999999', { playCommand: '/media/999999.mpg' }))).rejects.toMatchObject({
      code: 'stream-unavailable',
    });
    const unknown = { providerId, item: item('series:999999'), episodeId: '1:1' };
    await expect(bench.send(REQUEST.resolveStream, unknown)).rejects.toMatchObject({
      code: 'episode-not-found',
    });
  });
});

describe('a movie that has files and no stream of its own', () => {
  it('plays by the first of them', async () => {
    const providerId = await addProvider(portal('genuine'));
    const [movie = ''] = await listed('genuine', 'movie');
    const asked = item(movie, { playCommand: '/media/0.mpg' });
    const { url } = await bench.send(REQUEST.resolveStream, { providerId, item: asked });
    expect(await play(url)).toBe(`file-${1_000_000_000_000 + Number(asked.externalId) * 4}`);
  });
});

describe('an Xtream panel', () => {
  it('lists episodes, tells more of a movie, and plays by addresses that only the player sees', async () => {
    const { username, password } = ACCOUNT;
    const url = `${simulator.url}/panel`;
    const providerId = await addProvider({ protocol: 'xtream', url, username, password });
    for (const id of await listed('panel', 'series')) {
      const { episodes } = await bench.send(REQUEST.getEpisodes, { providerId, item: item(id) });
      expect(episodes[0]).toMatchObject({ season: 1, number: 1, container: 'mkv' });
      expect(episodes[0]?.durationMinutes).toBeGreaterThan(0);
    }
    const [id = ''] = await listed('panel', 'series');
    const { episodes } = await bench.send(REQUEST.getEpisodes, { providerId, item: item(id) });
    const episode = episodes.at(-1) as (typeof episodes)[0];
    const order = { providerId, item: item(id), episodeId: episode.id };
    const address = (await bench.send(REQUEST.resolveStream, order)).url;
    expect(address).toContain(`/series/ann%40home/p%26ss%20%231/${episode.id}.mkv`);
    expect(await play(address)).toBe(`episode-${episode.id}`);

    const [movie = ''] = await listed('panel', 'movie');
    const { details } = await bench.send(REQUEST.getMovieDetails, { providerId, item: item(movie) });
    expect(details).toMatchObject({ id: movie, kind: 'movie' });
    expect(details?.description).toBeTruthy();
    const [channel = ''] = await listed('panel', 'channel');
    const live = { providerId, item: item(channel), extension: 'm3u8' };
    const stream = (await bench.send(REQUEST.resolveStream, live)).url;
    expect(stream).toMatch(/\.m3u8$/);
    expect(await play(stream)).toBe(channel.replace(':', '-'));
  });

  it('that refuses is reported in words without its secrets', async () => {
    const url = `${simulator.url}/panel`;
    const password = `${ACCOUNT.password}, wrong`;
    const providerId = await addProvider({ protocol: 'xtream', url, username: ACCOUNT.username, password });
    const [id = ''] = await listed('panel', 'series');
    await expect(bench.send(REQUEST.getEpisodes, { providerId, item: item(id) })).rejects.toMatchObject({
      code: 'provider-auth-failed',
    });
  });
});

describe('a playlist', () => {
  it('plays its entries by the login of its own address', async () => {
    const login = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;
    const url = `${simulator.url}/panel/get.php?${login}&type=m3u_plus&output=ts`;
    const providerId = await addProvider({ protocol: 'm3u', url });
    const [movie = ''] = await listed('panel', 'movie');
    const number = movie.split(':')[1];
    const playCommand = `${simulator.url}/panel/movie/{username}/{password}/${number}.mkv`;
    const resolve = async (asked: AskedItem) =>
      play((await bench.send(REQUEST.resolveStream, { providerId, item: asked })).url);
    expect(await resolve(item(movie, { playCommand }))).toBe(`movie-${number}`);
    // Another host's login is not the playlist's: it is looked up where it stands.
    const elsewhere = playCommand.replace(/:\d+\//, ':1/');
    expect(await resolve(item(movie, { playCommand: elsewhere }))).toBe(`movie-${number}`);
    const [series = ''] = await listed('panel', 'series');
    const { episodes } = await bench.send(REQUEST.getEpisodes, { providerId, item: item(series) });
    expect(episodes).toHaveLength(1);
  });
});

describe('what was asked', () => {
  it('leaves no secret in the log', () => {
    const output = replica.output.join('\n');
    for (const secret of SECRETS) expect(output).not.toContain(secret);
  });

  it.each([
    ['is no item', { id: 'movie:1' }],
    ['has an id of another kind', item('movie:1', { kind: 'channel' })],
  ])('is refused when it %s', async (_what, asked) => {
    const providerId = await bench.provider();
    await expect(
      bench.send(REQUEST.resolveStream, { providerId, item: asked as AskedItem }),
    ).rejects.toMatchObject({ code: 'invalid-request', field: 'item' });
  });
});
