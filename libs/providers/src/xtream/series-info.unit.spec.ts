import { describe, expect, it } from '@jest/globals';
import { readPanelObject } from './panel-object.js';
import { readSeriesInfo } from './series-info.js';

const NOW = Date.UTC(2026, 10, 20);
const read = (body: string) =>
  readSeriesInfo(readPanelObject(Buffer.from(body)), NOW).map(({ id, season, number }) => [
    id,
    season,
    number,
  ]);

describe('readSeriesInfo', () => {
  it.each([
    [
      'by season',
      '{"episodes":{"2":[{"id":5,"episode_num":"3"}],"1":[{"id":"4","episode_num":1}]}}',
      [
        ['4', 1, 1],
        ['5', 2, 3],
      ],
    ],
    [
      'as lists, told by the episode',
      '{"episodes":[[{"id":"1","season":0}],[{"id":"2","season":"1"}]]}',
      [
        ['2', 1, 1],
        ['1', 0, 1],
      ],
    ],
    [
      'as lists, told by the place',
      '{"episodes":[[{"id":"1"},{"id":"2"}]]}',
      [
        ['1', 0, 1],
        ['2', 0, 2],
      ],
    ],
    [
      'with a season as an object',
      '{"episodes":{"1":{"0":{"id":"1"},"2":{"id":"2"}}}}',
      [
        ['1', 1, 1],
        ['2', 1, 2],
      ],
    ],
    ['without ids', '{"episodes":{"1":[{"title":"x"},null,7]}}', []],
    ['with one twice', '{"episodes":{"1":[{"id":"1"},{"id":"1","episode_num":2}]}}', [['1', 1, 2]]],
    ['as an empty list', '{"episodes":[]}', []],
    ['not at all', '{"seasons":[]}', []],
    ['as nothing', '[]', []],
    ['as null', 'null', []],
  ])('reads episodes that come %s', (_how, body, found) => {
    expect(read(body)).toEqual(found);
  });

  it('reads what is told of an episode', () => {
    const info =
      '{"plot":"Fog.","duration_secs":"2700","movie_image":"http://i.example/1.jpg","releasedate":"2024-02-01"}';
    const row = `{"id":"88","title":"Harbour &amp; Co","container_extension":".MKV","added":"1795000500","info":${info}}`;
    expect(readSeriesInfo(readPanelObject(Buffer.from(`{"episodes":{"1":[${row}]}}`)), NOW + 1e12)).toEqual([
      {
        id: '88',
        season: 1,
        number: 1,
        name: 'Harbour & Co',
        description: 'Fog.',
        poster: 'http://i.example/1.jpg',
        releaseDate: '2024-02-01',
        durationMinutes: 45,
        addedAt: '2026-11-18T11:15:00.000Z',
        container: 'mkv',
        play: { id: '88', container: 'mkv' },
      },
    ]);
  });

  it.each([
    ['', 'provider-bad-answer'],
    ['<html>', 'provider-refused'],
    ['{"episodes":', 'provider-bad-answer'],
    ['{"user_info":{"auth":0}}', 'provider-auth-failed'],
    ['{"user_info":{"auth":1}}', 'provider-bad-answer'],
  ])('refuses %j', (body, code) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code }));
  });
});
