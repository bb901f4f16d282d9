import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { joinSegments, measureBody } from './document-body.js';
import type { SegmentSummary } from './segment.js';

const summary = (part: number, category: string) =>
  fc.record({
    section: fc.constant('movies' as const),
    category: fc.constant(category),
    part: fc.constant(part),
    crc32: fc.nat(0xffffffff),
    plainBytes: fc.integer({ min: 1, max: 5_000_000 }),
    gzipBytes: fc.integer({ min: 1, max: 1_000_000 }),
  });

describe('joinSegments', () => {
  it('makes one segment of neighbours, which a body adds up to the same with', () => {
    const groups = fc.tuple(
      fc.tuple(...Array.from({ length: 7 }, (_, part) => summary(part, 'a'))),
      fc.tuple(...Array.from({ length: 3 }, (_, part) => summary(part, 'b'))),
    );
    fc.assert(
      fc.property(groups, fc.integer({ min: 1, max: 6 }), ([a, b], cut) => {
        const joined: SegmentSummary[] = [a.slice(0, cut), a.slice(cut), b].map((run, index) => ({
          section: 'movies',
          category: index === 2 ? 'b' : 'a',
          part: index % 2,
          ...joinSegments(run),
        }));
        expect(measureBody(joined)).toEqual(measureBody([...a, ...b]));
      }),
    );
  });
});
