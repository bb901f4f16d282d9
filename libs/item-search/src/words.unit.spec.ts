import { describe, expect, it } from '@jest/globals';
import { firstCharacters, folded, wordsOf } from './words.js';

describe('the words of a text', () => {
  it('are compared without case and accents', () => {
    for (const [text, expected] of [
      ['ÉTÉ Noël', 'ete noel'],
      ['ЖЁЛТЫЙ', 'желтыи'],
      ['ℍ𝐞𝐚𝐭 ①', 'heat 1'],
      ['Plain (1999)', 'plain (1999)'],
      ['İzmir', 'izmir'],
    ] as const)
      expect([text, folded(text)]).toEqual([text, expected]);
  });

  it('are parted by what is neither letter nor digit, in any script', () => {
    for (const [text, expected] of [
      ["o'brien 9-1-1", ['o', 'brien', '9', '1', '1']],
      ['┃de┃ été', ['de', 'été']],
      ['हिन्दी फ़िल्म', ['हिन्दी', 'फ़िल्म']],
      ['千と千尋', ['千と千尋']],
      ['***', []],
      ['', []],
    ] as const)
      expect([text, wordsOf(text)]).toEqual([text, expected]);
  });

  it('are cut between characters', () => {
    expect(firstCharacters('a𝐞b', 2)).toBe('a𝐞');
    expect(firstCharacters('ab', 2)).toBe('ab');
    expect(firstCharacters('𝐞𝐞𝐞', 2)).toBe('𝐞𝐞');
  });
});
