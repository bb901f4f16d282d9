import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from '../problem/problem-error.js';
import { decodeCursor, encodeCursor } from './cursor.js';

describe('cursor', () => {
  it('gives back what it wrapped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (cursor) => {
        expect(decodeCursor(encodeCursor(cursor))).toBe(cursor);
      }),
    );
  });

  it.each(['', 'a', '!!', 'YWJj=', '_____w'])('refuses %j, which it did not make', (text) => {
    expect(() => decodeCursor(text)).toThrow(ProblemError);
  });
});
