import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../arbitraries/item.arbitrary.js';
import { cleanLine, cleanParagraphs, withoutRefusedCharacters } from './clean-text.js';

const maxLength = fc.integer({ min: 1, max: 60 });

describe.each([
  ['cleanLine', cleanLine],
  ['cleanParagraphs', cleanParagraphs],
])('%s', (_, clean) => {
  it('is idempotent, bounded, NFC, well-formed, trimmed, without controls', () => {
    fc.assert(
      fc.property(anyText, maxLength, (text, max) => {
        const once = clean(text, max);
        expect(clean(once, max)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(max);
        expect(once.isWellFormed()).toBe(true);
        expect(once).toBe(once.normalize('NFC'));
        expect(once).toBe(once.trim());
        expect(once).not.toMatch(/(?!\n)\p{Cc}|\u200b|\ufeff| {2}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same whichever way it takes: the quick look passes only what needs no work', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // A trailing soft hyphen forces the long way and leaves nothing behind.
        expect(clean(text, 1000)).toBe(clean(`${text}\u00ad`, 1000));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes time in proportion to the length of the text', () => {
    const hostile = `${'a b '.repeat(20_000)}\u0000`;
    const started = process.cpuUsage();
    clean(hostile, 65_536);
    const { user } = process.cpuUsage(started);
    expect(user / 1000).toBeLessThan(2_000);
  });
});

describe('cleanLine', () => {
  it.each([
    ['Blue Lantern', 'Blue Lantern'],
    ['Blue\tLantern\u2028II', 'Blue Lantern II'],
    ['A\u0085B', 'A B'],
    ['re\u00admove\u202eme', 'removeme'],
    ['e\u200b\u0301', '\u00e9'],
    ['\ufeffName', 'Name'],
    ['a\ud83db', 'ab'],
    ['\ud83d\ude00', '\ud83d\ude00'],
    ['\u200dx\u200d', 'x'],
    ['\u0007', ''],
  ])('%j becomes %j', (text, expected) => {
    expect(cleanLine(text, 100)).toBe(expected);
  });

  it('cuts between characters, and trims what the cut laid bare', () => {
    expect(cleanLine('ab 😀', 4)).toBe('ab');
    expect(cleanLine('ab😀', 4)).toBe('ab😀');
    expect(cleanLine('ab😀', 3)).toBe('ab');
  });
});

describe('cleanParagraphs', () => {
  it('keeps at most one empty line between paragraphs', () => {
    expect(cleanParagraphs('One \r\n two\n\n\n\n three\u2029four', 100)).toBe('One\ntwo\n\nthree\nfour');
  });
});

describe('withoutRefusedCharacters', () => {
  it('removes NUL and lone surrogates and nothing else', () => {
    expect(withoutRefusedCharacters('\0a\u0007 \ud800b\u200b ')).toBe('a\u0007 b\u200b ');
  });
});
