import { describe, expect, it } from '@jest/globals';
import { providerId } from '@catalogue-sync/contracts';
import { itemQuery } from './item-query.js';
import { entryOf, type SearchableItem } from './search-entry.js';

const p1 = providerId('p1');
/** Of `p1`; in a database for good: never another one. */
const TAG = '9kV';

const item = (fields: Partial<SearchableItem>): SearchableItem => ({
  kind: 'movie',
  name: '',
  genres: [],
  year: '',
  categoryIds: [],
  ...fields,
});
const lexemesOf = (fields: Partial<SearchableItem>) => {
  const { lexemes } = entryOf(p1)(item(fields));
  expect(lexemes.every((lexeme) => lexeme.startsWith(TAG))).toBe(true);
  return lexemes.map((lexeme) => lexeme.slice(TAG.length));
};

describe('what an item is found by', () => {
  it('is its facts, the beginnings of its words and its long words', () => {
    expect(
      lexemesOf({
        name: '|DE| Heatwave',
        originalName: 'Émile',
        genres: ['Drama', 'Été'],
        year: '1999',
        categoryIds: ['vod:1', 'vod:2'],
      }),
    ).toEqual(
      'kmovie y1999 cvod:1 cvod:2 gdrama gete fd fde wd wde wh whe whea wheat wheatw Wheatwave we wem wemi wemil wemile'.split(
        ' ',
      ),
    );
  });

  it('says where an item tells nothing, and has no first word of a name without one', () => {
    expect(lexemesOf({ name: '***', originalName: 'De' })).toEqual(['kmovie', 'y', 'c', 'wd', 'wde']);
  });

  it('is bounded, and cut between characters', () => {
    const { nameOrder, lexemes } = entryOf(p1)(
      item({
        name: `- ${'𐐨'.repeat(1_000)}`,
        genres: ['ﷺ'.repeat(1_000)],
        categoryIds: Array.from({ length: 400 }, (_, n) => `vod:${n}${'映'.repeat(600)}`),
      }),
    );
    expect(Array.from(nameOrder)).toHaveLength(200);
    expect(lexemes.filter((lexeme) => lexeme[3] === 'c')).toHaveLength(300);
    for (const lexeme of lexemes) {
      expect(Buffer.byteLength(lexeme)).toBeLessThanOrEqual(2_046);
      expect(lexeme.isWellFormed()).toBe(true);
    }
  });

  it('is sorted by its name without case, accents and signs in front', () => {
    for (const [name, expected] of [
      ['┃DE┃ Été', 'de┃ ete'],
      ['[4K] Heat', '4k] heat'],
      ['***', ''],
    ] as const)
      expect([name, entryOf(p1)(item({ name })).nameOrder]).toEqual([name, expected]);
  });
});

describe('a query for items', () => {
  it('asks for short beginnings as they stand, and for long ones by what begins so', () => {
    expect(itemQuery(p1, { words: 'Thé beacon multi' })).toEqual({
      terms: `'${TAG}wthe' & '${TAG}Wbeacon':* & '${TAG}wmulti'`,
      conditions: 3,
      firstWord: 'the',
      laterTerms: `'${TAG}wthe' & '${TAG}Wbeacon':* & '${TAG}wmulti' & !'${TAG}fthe'`,
    });
    expect(itemQuery(p1, { words: 'Beacon' })?.laterTerms).toBe(`'${TAG}Wbeacon':* & !'${TAG}Fbeacon':*`);
  });

  it('takes signs in values as they are', () => {
    expect(itemQuery(p1, { genre: "Kids' \\ & Co", kind: 'series', year: 1999, category: '' })?.terms).toBe(
      `'${TAG}kseries' & '${TAG}gkids'' \\\\ & co' & '${TAG}y1999' & '${TAG}c'`,
    );
  });

  it('is none where nothing is asked for', () => {
    expect(itemQuery(p1, {})).toBeUndefined();
    expect(itemQuery(p1, { words: '***' })).toBeUndefined();
  });
});
