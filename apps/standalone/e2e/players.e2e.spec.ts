import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderId } from '@catalogue-sync/contracts';
import { Xtream } from '@iptv/xtream-api';
import playlistParser from 'iptv-playlist-parser';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const SIZE = { movies: 120, series: 10, channels: 20, profile: 'panel' as const };
const ACCOUNT = { username: 'ada.lovelace', password: 'Corr&ct H0rse', mac: '00:1A:79:C0:FF:EE' };
const SECRETS = Object.values(ACCOUNT).flatMap((secret) => [secret, encodeURIComponent(secret)]);

describe('players of other makers', () => {
  let system: System;
  let simulator: Simulator;
  let provider: ProviderId;
  let login: { username: string; password: string };
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
    const connections = await simulator.catalogue('players', SIZE, ACCOUNT);
    provider = await system.addProvider('Mirrored portal', connections.stalker);
    await system.sync(provider);
    const order = { name: 'Living room', scopes: ['playback'] };
    const { body } = await system.call<{ id: string; key: string }>('POST', '/api/keys', order);
    login = { username: body.id, password: body.key.slice(`csk_${body.id}_`.length) };
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it('find a mirrored Stalker portal as an Xtream panel, and play from it', async () => {
    const panel = new Xtream({ url: `${system.ready.api}/xtream/${provider}`, ...login });
    const [channels, movies, shows, categories] = [
      await panel.getChannels(),
      await panel.getMovies(),
      await panel.getShows(),
      await panel.getMovieCategories(),
    ];
    expect([channels.length, movies.length, shows.length]).toEqual([20, 120, 10]);
    expect(
      movies.every((each) => categories.some(({ category_id }) => category_id === each.category_id)),
    ).toBe(true);
    for (const stream of [channels[3], movies[5]]) {
      const { status, text } = await play(stream?.url);
      expect([status, text]).toEqual([
        200,
        `${stream?.stream_type === 'live' ? 'channel' : 'movie'}-${stream?.stream_id}`,
      ]);
    }
    const show = await panel.getShow({ showId: shows[2]?.series_id ?? 0 });
    const episode = show.episodes['1']?.[1];
    expect(await play(episode?.url)).toMatchObject({
      status: 200,
      text: `series-${shows[2]?.series_id}-season-1-episode-${episode?.episode_num}`,
    });
    const movie = await panel.getMovie({ movieId: movies[5]?.stream_id ?? 0 });
    expect(movie.info.name).toBe(movies[5]?.name);
    const lists = JSON.stringify([channels, movies, shows, categories, show, movie]);
    for (const secret of SECRETS) expect(lists).not.toContain(secret);
  });

  it('find it as a playlist, and play an entry of it', async () => {
    const query = new URLSearchParams(login).toString();
    const text = await (await fetch(`${system.ready.api}/playlist/${provider}.m3u?${query}`)).text();
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    const { items } = playlistParser.parse(text);
    expect(items).toHaveLength(SIZE.channels + SIZE.movies);
    expect(items.every(({ group }) => group.title !== '')).toBe(true);
    const { status, text: played } = await play(items.at(-1)?.url);
    expect([status, played]).toEqual([200, expect.stringMatching(/^movie-\d+$/)]);
  });
});

/** What a player gets to see at an address, wherever that leads. */
async function play(url: string | undefined): Promise<{ status: number; text: string }> {
  const answer = await fetch(url ?? '');
  return { status: answer.status, text: await answer.text() };
}
