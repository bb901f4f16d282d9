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
});
