import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AckedPrefix } from './acked-prefix.js';

describe('AckedPrefix', () => {
  it('stands still at the first page that is missing', () => {
    const prefix = new AckedPrefix(0, 0);
    prefix.acked(1, 10);
    prefix.acked(3, 10);
    prefix.acked(4, 10);
    expect([prefix.ordinal, prefix.itemRows]).toEqual([1, 10]);
    prefix.acked(2, 10);
    expect([prefix.ordinal, prefix.itemRows]).toEqual([4, 40]);
  });

  it('counts every page once, whatever the order and the repeats', () => {
    const orders = fc.integer({ min: 1, max: 40 }).chain((pages) => {
      const ordinals = Array.from({ length: pages }, (_, index) => index + 1);
      return fc.tuple(
        fc.constant(pages),
        fc.shuffledSubarray(ordinals, { minLength: pages }),
        fc.subarray(ordinals),
      );
    });
    fc.assert(
      fc.property(orders, ([pages, order, repeats]) => {
        const prefix = new AckedPrefix(0, 5);
        for (const ordinal of [...order, ...repeats]) prefix.acked(ordinal, ordinal);
        expect(prefix.ordinal).toBe(pages);
        expect(prefix.itemRows).toBe(5 + (pages * (pages + 1)) / 2);
      }),
    );
  });

  it('goes on where an earlier attempt stood', () => {
    const prefix = new AckedPrefix(12, 1500);
    prefix.acked(12, 140);
    expect([prefix.ordinal, prefix.itemRows]).toEqual([12, 1500]);
    prefix.acked(13, 140);
    expect([prefix.ordinal, prefix.itemRows]).toEqual([13, 1640]);
  });
});
