import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCategoryRowType, ROW_TYPES, type RowType, type Scope } from '@catalogue-sync/contracts';
import { mapRow } from './map-row.js';
import { OVERSIZED_ROW } from './oversized-row.js';
import { parseRows } from './parse-rows.js';

const now = Date.UTC(2026, 10, 21);

const SCOPE_OF: Record<RowType, Scope> = {
  'stalker-category': 'vod',
  'stalker-genre': 'live',
  'stalker-vod': 'vod',
  'stalker-series': 'series',
  'stalker-channel': 'live',
  'xtream-category': 'movie',
  'xtream-channel': 'live',
  'xtream-movie': 'movie',
  'xtream-series': 'series',
  'm3u-group': 'playlist',
  'm3u-entry': 'playlist',
};

const VALID: Record<RowType, Record<string, unknown>> = {
  'stalker-category': { id: '7', title: 'Drama', alias: 'drama', censored: 0 },
  'stalker-genre': { id: '3', title: 'News', alias: 'news', censored: '1', number: 4 },
  'stalker-vod': {
    id: '9041',
    name: 'Blue Lantern',
    o_name: 'La Lanterne bleue',
    description: 'A lantern &amp; its people',
    category_id: '7',
    genres_str: 'Drama, Mystery',
    director: 'Dora Director',
    actors: 'Ann Actor, Bob Player',
    year: '2011-2014',
    time: '95',
    country: 'FR',
    age: '12+',
    rating_mpaa: 'PG-13',
    rating_imdb: '7.1',
    rating_kinopoisk: '6.9',
    kinopoisk_id: '4711',
    autocomplete_provider: 'tmdb',
    added: '2026-11-18 21:04:10',
    censored: '0',
    high_quality: '1',
    is_series: '0',
    series: [],
    screenshot_uri: '/stalker_portal/screenshots/91/9041.jpg',
    cmd: '/media/9041.mpg',
    today: 'today',
    count: '17',
    owner: 'admin',
    has_files: 1,
  },
  'stalker-series': {
    id: 410,
    name: 'Harbour',
    is_series: 1,
    year: '2024-02-11',
    added: '2026-11-19 22:10:00',
    cmd: '',
  },
  'stalker-channel': {
    id: '5',
    name: 'One HD',
    number: '12',
    cmd: 'ffmpeg http://localhost/ch/5_',
    tv_genre_id: '3',
    xmltv_id: 'one.fr',
    enable_tv_archive: 1,
    tv_archive_duration: '72',
    logo: 'one.png',
    hd: '1',
    modified: '2026-11-01 10:00:00',
    cur_playing: 'now',
  },
  'xtream-category': { category_id: '12', category_name: 'VOD | Drama', parent_id: 3 },
  'xtream-channel': {
    num: 4,
    name: 'One HD',
    stream_type: 'live',
    stream_id: 101,
    stream_icon: 'http://img/1.png',
    epg_channel_id: 'one.fr',
    added: '1700000000',
    tv_archive: 1,
    tv_archive_duration: '3',
    category_id: '2',
    category_ids: [2, 9],
  },
  'xtream-movie': {
    num: '1',
    name: 'Blue Lantern (2021)',
    stream_id: 30211,
    stream_icon: '/posters/a.jpg',
    rating: '7.2',
    added: '1790000000',
    is_adult: '0',
    category_id: '12',
    category_ids: [19, '12'],
    container_extension: 'mkv',
    custom_sid: '',
    direct_source: 'http://h/movie/u/p/30211.mkv',
    plot: 'A story',
    cast: 'Ann Actor, Bob Player',
    director: 'Dora Director',
    genre: 'Drama / Mystery',
    release_date: '2021-03-04',
    episode_run_time: '95',
    tmdb: 604685,
    youtube_trailer: 'abc',
    backdrop_path: '["/b1.jpg","/b2.jpg"]',
    house_style: 'x',
  },
  'xtream-series': {
    num: 1,
    name: 'Harbour',
    series_id: 410,
    cover: '',
    last_modified: '1790000000',
    rating: '8',
    backdrop_path: [],
    category_id: '31',
    category_ids: [31],
    releaseDate: '2019-01-02',
  },
  'm3u-group': { id: 'news', title: 'News', position: 3 },
  'm3u-entry': {
    title: 'One HD',
    url: 'http://h/live/{username}/{password}/101.ts',
    duration: -1,
    attributes: {
      'tvg-id': 'one.fr',
      'tvg-logo': 'http://img/1.png',
      'group-title': 'FR;News',
      'tvg-chno': '7',
    },
  },
};

describe('mapRow', () => {
  it.each([...ROW_TYPES])('reads any JSON value as a %s row, always the same way', (rowType) => {
    const known = Object.keys(VALID[rowType]);
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        '',
        null,
        0,
        '0',
        'N/A',
        [],
        {},
        false,
        '1,234',
        Number.MAX_VALUE,
        '\u0000',
        '\ud83d',
        '9'.repeat(40),
      ),
    );
    const mutated = fc
      .dictionary(fc.oneof(fc.constantFrom(...known), fc.string()), odd)
      .map((changes) => ({ ...VALID[rowType], ...changes }));
    const context = { scope: SCOPE_OF[rowType], now };
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated), (row) => {
        const mapped = mapRow(rowType, row, context);
        expect(['rejected', isCategoryRowType(rowType) ? 'category' : 'item']).toContain(mapped.type);
        expect(mapRow(rowType, structuredClone(row), context)).toEqual(mapped);
        // What leaves here is JSON, and Postgres takes it.
        const text = JSON.stringify(mapped);
        expect(JSON.parse(text)).toEqual(mapped);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
      { numRuns: 200 },
    );
  });

  it.each(ROW_TYPES.map((rowType) => [rowType]))('reads a usual %s row', (rowType) => {
    expect(mapRow(rowType, VALID[rowType], { scope: SCOPE_OF[rowType], now })).toMatchSnapshot();
  });

  it.each([null, 7, 'text', [1], true])('rejects %p with a reason', (row) => {
    expect(mapRow('xtream-movie', row, { scope: 'movie', now })).toEqual({
      type: 'rejected',
      reason: 'The row is not an object.',
    });
  });

  it('rejects rows that did not survive the journey, each with its reason', () => {
    const [good, bad] = parseRows('[{"stream_id":1},{"stream_id":NaN}]');
    expect(mapRow('xtream-movie', good, { scope: 'movie', now }).type).toBe('item');
    expect(mapRow('xtream-movie', bad, { scope: 'movie', now })).toEqual({
      type: 'rejected',
      reason: 'The row is not valid JSON.',
    });
    expect(mapRow('xtream-movie', OVERSIZED_ROW, { scope: 'movie', now }).type).toBe('rejected');
  });

  it.each([true, 1, '1', 'true'])('takes is_series %p for a series', (flag) => {
    const mapped = mapRow('stalker-vod', { id: 1, is_series: flag }, { scope: 'vod', now });
    expect(mapped).toMatchObject({ type: 'item', item: { id: 'series:1' } });
  });

  it.each([false, 0, '0', '', 'no', 2, []])('takes is_series %p for a movie', (flag) => {
    const mapped = mapRow('stalker-vod', { id: 1, is_series: flag }, { scope: 'vod', now });
    expect(mapped).toMatchObject({ type: 'item', item: { id: 'movie:1' } });
  });

  it('reads the embedded episodes of portals that have no flag', () => {
    const mapped = mapRow('stalker-vod', { id: 1, series: [1, 2, 3] }, { scope: 'vod', now });
    expect(mapped).toMatchObject({ item: { id: 'series:1', episodeCount: 3 } });
  });

  it('keeps ids beyond 2^53 exact', () => {
    const [row] = parseRows('[{"stream_id":9007199254740993123}]');
    expect(mapRow('xtream-movie', row, { scope: 'movie', now })).toMatchObject({
      item: { id: 'movie:9007199254740993123' },
    });
  });

  it('brings the commands of a panel into one form, whatever the order of their fields', () => {
    const command = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64');
    const map = (cmd: string) => mapRow('stalker-vod', { id: 1, cmd }, { scope: 'vod', now });
    expect(map(command({ type: 'movie', stream_id: 5, token: 'x1' }))).toEqual(
      map(command({ token: 'y2', stream_id: 5, type: 'movie' })),
    );
  });

  it('keeps no session of a channel command', () => {
    const map = (cmd: string) =>
      mapRow('stalker-channel', { id: 1, cmd }, { scope: 'live', now }) as { item: { playCommand?: string } };
    expect(map('ffmpeg http://h/play/live.php?stream=5&play_token=aB3xQ9').item.playCommand).toBe(
      'ffmpeg http://h/play/live.php?stream=5&play_token={token}',
    );
    expect(map(`ffmpeg http://h/play/${'aB3'.repeat(20)}`).item.playCommand).toBeUndefined();
    expect(map('ffmpeg http://localhost/ch/5_').item.playCommand).toBe('ffmpeg http://localhost/ch/5_');
  });
});
