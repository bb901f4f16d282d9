import { describe, expect, it } from '@jest/globals';
import { changeInterval, type Look } from './change-interval.js';

const HOUR = 3_600_000;

/** Ten looks, `every` ms apart, at something that changes every `change` ms. */
const looks = (every: number, change: number): Look[] =>
  Array.from({ length: 10 }, (_none, index) => ({
    sinceLastMs: every,
    changed: Math.floor(((index + 1) * every) / change) > Math.floor((index * every) / change),
  }));

describe('the change interval', () => {
  it.each([
    [HOUR, 2 * HOUR],
    [HOUR, 3 * HOUR],
    [HOUR, 5 * HOUR],
    [6 * HOUR, 24 * HOUR],
    [24 * HOUR, 72 * HOUR],
  ])('after ten looks every %d ms is within two times of %d ms', (every, change) => {
    const found = changeInterval(looks(every, change)) ?? 0;
    expect(found).toBeGreaterThan(change / 2);
    expect(found).toBeLessThan(change * 2);
  });

  it('is shorter than the looks when all found a change, longer when none did', () => {
    expect(changeInterval(looks(HOUR, HOUR))).toBeLessThan(HOUR);
    expect(changeInterval(looks(HOUR, 1000 * HOUR))).toBeGreaterThan(9 * HOUR);
  });

  it('is not guessed from one look', () => {
    expect(changeInterval([{ sinceLastMs: HOUR, changed: true }])).toBeUndefined();
  });
});
