import { describe, expect, it } from '@jest/globals';
import type { ItemId } from '@catalogue-sync/contracts';
import { episodeNumbers, placeOfNumber, seriesOfEpisode, streamNumber } from './stream-numbers.js';

/** 31 bits of the MD5 of `series:title-0f0f`. */
const SHORT_HASH = 2_143_019_289;

const series = (externalId: string) => ({ id: `series:${externalId}` as ItemId, externalId });

describe('numbers of items', () => {
  it.each(['0', '7', '2147483647'])('are the external id where that is one: %s', (externalId) => {
    expect(streamNumber(series(externalId))).toBe(Number(externalId));
    expect(placeOfNumber(Number(externalId))).toEqual({ externalId });
  });

  it.each(['007', '2147483648', '12:2', 'url-0f', '-1', ''])(
    'are made of the id otherwise: %j',
    (externalId) => {
      const number = streamNumber(series(externalId));
      expect(Number.isSafeInteger(number)).toBe(true);
      expect(placeOfNumber(number)).toEqual({ hash: number - 2 ** 52 });
      expect(streamNumber(series(externalId))).toBe(number);
    },
  );

  it('stay as they are from version to version', () => {
    // Players remember what was watched by it.
    expect(streamNumber(series('url-0f'))).toBe(2 ** 52 + Number.parseInt('570920db52077', 16));
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 31, 2 ** 53])('are not any number: %d', (number) => {
    expect(placeOfNumber(number)).toBeUndefined();
  });
});

describe('numbers of episodes', () => {
  it.each([
    ['9', { externalId: '9' }],
    ['2147483647', { externalId: '2147483647' }],
    ['title-0f0f', { shortHash: SHORT_HASH }],
  ])('lead back to the series %s', (externalId, place) => {
    const ids = Array.from({ length: 3_000 }, (_unused, index) => `1:${index}`);
    const numbers = [...episodeNumbers(series(externalId), ids).values()];
    expect(new Set(numbers).size).toBe(ids.length);
    expect(numbers.every(Number.isSafeInteger)).toBe(true);
    expect(new Set(numbers.map((number) => JSON.stringify(seriesOfEpisode(number))))).toEqual(
      new Set([JSON.stringify(place)]),
    );
  });

  it('do not depend on the order in which the provider lists them', () => {
    const ids = ['3', '1', '2'];
    expect(episodeNumbers(series('9'), ids)).toEqual(episodeNumbers(series('9'), ids.toReversed()));
  });
});
