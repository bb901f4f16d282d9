import { describe, expect, it } from '@jest/globals';
import { classifyEntry, episodeOf } from './classify.js';
import { splitUrl } from './entry-url.js';

const type = (url: string, more: { title?: string; duration?: number; declared?: string } = {}) =>
  classifyEntry({ title: 'Blue', parts: splitUrl(url), ...more });

describe('classifyEntry', () => {
  it.each([
    ['http://h/live/u/p/1.mp4', 'live'],
    ['http://h/live/series/movie/1.ts', 'live'],
    ['http://h/series/u/p/1.mkv', 'episode'],
    ['http://h/movie/u/p/1.mkv', 'movie'],
    ['http://h/vod/1', 'movie'],
    ['http://h/x/1.mkv', 'movie'],
    ['http://h/x/1.MP4?token=1', 'movie'],
    ['http://h/x/1.ts', 'live'],
    ['http://h/x/1.m3u8', 'live'],
    ['http://h/x/1', 'live'],
    ['rtp://239.0.0.1:1234', 'live'],
  ])('takes %s for %s', (url, expected) => {
    expect(type(url)).toBe(expected);
  });

  it('lets what is declared win, then the path, then the title and the duration', () => {
    expect(type('http://h/live/1.ts', { declared: 'movie' })).toBe('movie');
    expect(type('http://h/x/1.mkv', { title: 'Blue S01E02' })).toBe('episode');
    expect(type('http://h/x/1', { duration: 5400 })).toBe('movie');
    expect(type('http://h/x/1', { duration: 10 })).toBe('live');
  });

  it.each([
    ['Harbour S01E02', 'Harbour'],
    ['EN - Harbour (2019) - S1 E2 - Fog', 'EN - Harbour (2019)'],
    ['Harbour 1x02', 'Harbour'],
    ['Harbour Season 1 Episode 2', 'Harbour'],
    ['Der Hafen Staffel 1 Folge 2', 'Der Hafen'],
  ])('reads the series out of %s', (title, series) => {
    expect(episodeOf(title)).toEqual({ series });
  });

  it.each(['Se7en', '1917', 'S.W.A.T.', 'Ocean 11', '4x4 adventures'])('sees no episode in %s', (title) => {
    expect(episodeOf(title)).toBeUndefined();
  });
});
