import { describe, expect, it } from '@jest/globals';
import { CategoryNumbers } from './category-numbers.js';

const listed = (id: string, counts: Partial<Record<'channel' | 'movie' | 'series', number>>) => ({
  id,
  counts: { channel: 0, movie: 0, series: 0, ...counts },
});

describe('CategoryNumbers', () => {
  it('has only what holds items of the kind', () => {
    const numbers = new CategoryNumbers(
      [listed('vod:7', { movie: 1 }), listed('vod:8', { series: 1 })],
      'movie',
    );
    expect(numbers.all).toEqual([{ id: 'vod:7', number: 7, name: '7' }]);
  });

  it('gives each category a number of its own, where two lists number alike and where ids are no numbers', () => {
    const ids = ['vod:7', 'series:7', 'playlist:news', 'playlist:0', 'none'];
    const numbers = new CategoryNumbers(
      ids.map((id) => listed(id, { series: 1 })),
      'series',
    );
    const found = numbers.all.map(({ number }) => number);
    expect(new Set(found).size).toBe(ids.length);
    expect(found.every((number) => number >= 0 && number < 2 ** 31)).toBe(true);
    // By the order of the ids.
    expect(numbers.of(['series:7'])).toEqual([7]);
    for (const { id, number } of numbers.all) expect(numbers.find(String(number))).toBe(id);
    expect(numbers.of([])).toEqual([0]);
    expect(numbers.find('1234')).toBeUndefined();
  });
});
