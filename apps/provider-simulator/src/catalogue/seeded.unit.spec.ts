import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseDistinct, mix, shareOut } from './seeded.js';

describe('the seeded source of chance', () => {
  it('gives the same number for the same values, and spreads neighbours', () => {
    expect(mix(1, 2)).toBe(mix(1, 2));
    expect(new Set(Array.from({ length: 1000 }, (_, i) => mix(7, i) % 1_000_003)).size).toBeGreaterThan(990);
  });

  it('shares a total out without losing any, and gives every kind its part where it suffices', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), weights, (total, sizes) => {
        const parts = shareOut(total, sizes);
        const open = sizes.filter((size) => size > 0).length;
        expect(parts.reduce((all, part) => all + part, 0)).toBe(open === 0 ? 0 : total);
        expect(parts.filter((_, i) => sizes[i] === 0).every((part) => part === 0)).toBe(true);
        expect(total < open || parts.every((part, i) => sizes[i] === 0 || part > 0)).toBe(true);
      }),
    );
  });

  it('chooses distinct values', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer(), (count, seed) => {
        const chosen = chooseDistinct(
          Uint32Array.from({ length: 300 }, (_, i) => i),
          count,
          seed,
        );
        expect(new Set(chosen).size).toBe(count);
      }),
    );
  });
});
