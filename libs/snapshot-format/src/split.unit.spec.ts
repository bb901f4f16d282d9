import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ITEMS_PER_SEGMENT, SLOTS, choosePartCount, partOfSlot, slotOf, slotsOfPart } from './split.js';

const partCounts = fc.integer({ min: 0, max: 14 }).map((power) => 2 ** power);

describe('slots', () => {
  it('never move, so that stored slots stay right', () => {
    expect(slotOf('movie:1')).toBe(0x03ece0);
    expect(slotOf('series:шоу')).toBe(0xbe937a);
  });

  it('fall into exactly the part whose range holds them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: SLOTS - 1 }), partCounts, (slot, parts) => {
        const part = partOfSlot(slot, parts);
        const { from, to } = slotsOfPart(part, parts);
        expect(part).toBeLessThan(parts);
        expect(slot >= from && slot < to).toBe(true);
        expect(Number.isInteger(from) && Number.isInteger(to)).toBe(true);
      }),
    );
  });

  it('stay with their neighbours when parts are doubled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: SLOTS - 1 }), partCounts, (slot, parts) => {
        expect(Math.floor(partOfSlot(slot, parts * 2) / 2)).toBe(partOfSlot(slot, parts));
      }),
    );
  });

  it('spread ids evenly', () => {
    const sizes = Array.from({ length: 64 }, () => 0);
    for (let n = 0; n < 6400; n++) sizes[partOfSlot(slotOf(`movie:${n}`), 64)]!++;
    expect(Math.max(...sizes)).toBeLessThan(160);
    expect(Math.min(...sizes)).toBeGreaterThan(50);
  });
});

describe('choosePartCount', () => {
  it('is a power of two that keeps parts near the target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000_000 }), (count) => {
        const parts = choosePartCount(count, ITEMS_PER_SEGMENT);
        expect(Number.isInteger(Math.log2(parts))).toBe(true);
        expect(count / parts).toBeLessThanOrEqual(ITEMS_PER_SEGMENT * 1.5);
        expect(parts === 1 || count / parts >= ITEMS_PER_SEGMENT * 0.7).toBe(true);
      }),
    );
  });

  it('keeps what it chose while the count drifts, and settles at once when it drifts far', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0.4, max: 1.3, noNaN: true }),
        (count, drift) => {
          const parts = choosePartCount(count, ITEMS_PER_SEGMENT);
          expect(choosePartCount(Math.ceil(count * drift), ITEMS_PER_SEGMENT, parts)).toBe(parts);
        },
      ),
    );
    expect(choosePartCount(129, 64, 1)).toBe(2);
    expect(choosePartCount(128, 64, 1)).toBe(1);
    expect(choosePartCount(63, 64, 4)).toBe(1);
    expect(choosePartCount(64, 64, 4)).toBe(4);
    expect(choosePartCount(64_000, 64, 1)).toBe(1024);
    expect(choosePartCount(0, 64, 8)).toBe(1);
  });
});
