import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AskedItem, ItemId } from '@catalogue-sync/contracts';
import { MAC, makeClient, never, portal, startPortal, stopPortal } from './stalker-client.fixture.js';
import type { PortalParams } from './scripted-portal.fixture.js';

beforeEach(startPortal);
afterEach(stopPortal);

const series = (more: Partial<AskedItem> = {}): AskedItem => ({
  id: 'series:410' as ItemId,
  kind: 'series',
  externalId: '410',
  name: 'Harbour',
  categoryIds: [],
  ...more,
});
const movie = (more: Partial<AskedItem> = {}): AskedItem => ({
  ...series(more),
  id: 'movie:7' as ItemId,
  kind: 'movie',
  externalId: '7',
});
/** Answers lists below a title, and links. */
const answer = (
  list: (params: PortalParams) => object[],
  link: unknown = { cmd: 'ffmpeg http://h.example/1' },
) => {
  portal.override = (params) => {
    if (params['action'] === 'create_link') return { js: link };
    if (params['movie_id'] === undefined) return undefined;
    const rows = list(params);
    return { js: { total_items: rows.length, max_page_items: 14, data: rows } };
  };
};
const sealed = (season: number) =>
  Buffer.from(JSON.stringify({ series_id: 410, season_num: season, type: 'series' })).toString('base64');
const numbersOf = async (item: AskedItem) =>
  (await makeClient().episodes(item, never)).map(({ season, number }) => `${season}x${number}`);
const linkOf = () => portal.server.asked.filter((url) => url.includes('create_link')).at(-1) ?? '';

describe('episodes of a portal', () => {
  it.each([
    [
      'commands',
      [
        { id: 410, name: 'x', series: [1], cmd: sealed(2) },
        { id: 410, name: 'x', series: [1], cmd: sealed(1) },
      ],
    ],
    [
      'paths',
      [
        { id: 1, series: ['1'], cmd: '/media/410:2.mpg' },
        { id: 2, series: ['1'], cmd: '/media/410:1.mpg' },
      ],
    ],
    [
      'ids',
      [
        { id: '410:2', series: [1], cmd: '/media/a.mpg' },
        { id: '410:1', series: [1], cmd: '/media/b.mpg' },
      ],
    ],
    [
      'names',
      [
        { id: 410, name: 'Season 2', series: [1], cmd: 'a' },
        { id: 410, name: 'Season 1', series: [1], cmd: 'b' },
      ],
    ],
    [
      'places, the newest first',
      [
        { id: 410, name: 'b', series: [1], cmd: 'a' },
        { id: 410, name: 'a', series: [1], cmd: 'b' },
      ],
    ],
  ])('stand in seasons that are told by their %s', async (_by, rows) => {
    answer(() => rows);
    expect(await numbersOf(series())).toEqual(['1x1', '2x1']);
  });

  it('of the specials come last', async () => {
    answer(() => [
      { id: 410, name: 'Season 1', series: [1, 2], cmd: 'a' },
      { id: 410, name: 'Specials', series: [1], cmd: 'b' },
    ]);
    expect(await numbersOf(series())).toEqual(['1x1', '1x2', '0x1']);
  });

  it('may be no more than numbers in the title', async () => {
    answer(() => []);
    const old = series({ episodeCount: 3, playCommand: '/media/410.mpg' });
    const client = makeClient();
    const episodes = await client.episodes(old, never);
    expect(episodes.map(({ id }) => id)).toEqual(['1:1', '1:2', '1:3']);
    const [, second] = episodes;
    expect(await client.streamUrl({ item: old, ...(second && { episode: second }) }, never)).toBe(
      'http://h.example/1',
    );
    expect(linkOf()).toContain('cmd=%2Fmedia%2F410.mpg&series=2&');
  });

  it('are none where the portal lists all its titles in their place, or the same page for ever', async () => {
    answer(() => portal.rows.slice(0, 14));
    expect(await numbersOf(series())).toEqual([]);
    portal.override = (params) =>
      params['movie_id'] === undefined
        ? undefined
        : {
            js: {
              total_items: 1_000,
              max_page_items: 14,
              data: [{ id: 410, name: '1', series: [1], cmd: 'a' }],
            },
          };
    expect(await numbersOf(series())).toEqual(['1x1']);
  });
});

describe('a link of a portal', () => {
  const url = (item: AskedItem) => makeClient().streamUrl({ item }, never);

  it('is asked for with the command as it is now', async () => {
    answer(() => []);
    expect(await url(movie({ playCommand: 'ffmpeg http://h.example/{mac}?t={token}' }))).toBe(
      'http://h.example/1',
    );
    const asked = new URL(linkOf(), portal.server.origin).searchParams.get('cmd');
    expect(asked).toBe(`ffmpeg http://h.example/${encodeURIComponent(MAC.toLowerCase())}?t=${portal.token}`);
  });

  it('stands behind the advertisements', async () => {
    answer(() => [], [{ cmd: 'http://ads.example/1' }, { cmd: 'http://h.example/film' }]);
    expect(await url(movie({ playCommand: '/media/7.mpg' }))).toBe('http://h.example/film');
  });

  it.each([
    [{ error: 'limit', cmd: '' }, 'as many devices as it may'],
    [{ error: 'nothing_to_play', cmd: 'http://h.example/1' }, 'no file'],
    [{ error: 'odd words with 00:1A:79:AA:BB:CC', cmd: '' }, 'refuses'],
    [{ error: '', cmd: '' }, 'no link'],
    [{ error: '', cmd: 'udp://wtf?' }, 'cannot be opened'],
  ])('that is %j is told in words', async (link, words) => {
    answer(() => [], link);
    portal.rows = [];
    const channel = { ...movie({ playCommand: 'ffmpeg http://localhost/ch/1_' }), kind: 'channel' as const };
    const refusal = await url(channel).catch((error: unknown) => error as Error & { code: string });
    expect(refusal).toMatchObject({
      code: 'stream-unavailable',
      message: expect.stringContaining(words),
    });
    expect(String(refusal)).not.toContain('00:1A');
  });
});
