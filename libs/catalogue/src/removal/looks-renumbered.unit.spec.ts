import { describe, expect, it } from '@jest/globals';
import { looksRenumbered } from './looks-renumbered.js';

describe('looksRenumbered', () => {
  it.each([
    [{ known: 500, unknown: 500 }, 80_000, false],
    [{ known: 499, unknown: 501 }, 80_000, true],
    [{ known: 0, unknown: 1000 }, 51, true],
    [{ known: 0, unknown: 1000 }, 50, false],
    [{ known: 0, unknown: 1000 }, 0, false],
    [{ known: 0, unknown: 51 }, 80_000, true],
    [{ known: 0, unknown: 50 }, 80_000, false],
    [{ known: 0, unknown: 0 }, 80_000, false],
  ])('%j of %i known: %s', (sample, knownTotal, expected) => {
    expect(looksRenumbered(sample, knownTotal)).toBe(expected);
  });

  it.each([
    // 600 new titles at the top of a list that is longer by 600
    [{ known: 400, unknown: 600 }, 80_000, 80_600, false],
    // a little churn beside the growth
    [{ known: 400, unknown: 600 }, 80_000, 80_560, false],
    [{ known: 0, unknown: 1000 }, 80_000, 80_100, true],
    [{ known: 0, unknown: 1000 }, 80_000, 80_000, true],
    [{ known: 0, unknown: 1000 }, 80_000, 40_000, true],
  ])('%j of %i known and %i listed: %s', (sample, knownTotal, listedRows, expected) => {
    expect(looksRenumbered(sample, knownTotal, listedRows)).toBe(expected);
  });
});
