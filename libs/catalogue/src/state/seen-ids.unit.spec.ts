import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeenIds } from './seen-ids.js';

describe('SeenIds', () => {
  it('holds exactly what was added, through growth', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 3000 }),
        fc.integer({ min: 0, max: 3000 }),
        (ids, cut) => {
          const seen = new SeenIds();
          for (const id of ids.slice(0, cut)) seen.add(id);
          for (const id of ids.slice(0, cut)) seen.add(id);
          expect(seen.size).toBe(Math.min(cut, ids.length));
          expect(ids.map((id) => seen.has(id))).toEqual(ids.map((_, index) => index < cut));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('tells a hundred thousand neighbouring ids apart', () => {
    const seen = new SeenIds();
    for (let n = 0; n < 100_000; n++) seen.add(`movie:${n}`);
    expect(seen.size).toBe(100_000);
    expect(seen.has('movie:100000')).toBe(false);
    expect(seen.has('series:5')).toBe(false);
  });
});
