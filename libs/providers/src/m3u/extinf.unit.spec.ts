import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readExtInf } from './extinf.js';

describe('readExtInf', () => {
  it.each([
    ['-1,One', { title: 'One', attributes: {}, duration: -1 }],
    ['5400.5 tvg-id="a",Film', { title: 'Film', attributes: { 'tvg-id': 'a' }, duration: 5400.5 }],
    [
      '-1 tvg-ID="One.fr" group-title="FR;News",One HD',
      { title: 'One HD', attributes: { 'tvg-id': 'One.fr', 'group-title': 'FR;News' } },
    ],
    [
      `-1 tvg-name='It''s' group-title='A, B',X`,
      { title: 'X', attributes: { 'tvg-name': "It''s", 'group-title': 'A, B' } },
    ],
    [
      '-1 tvg-chno=7 group-title=News HD tvg-id=x,Title, with comma',
      {
        title: 'Title, with comma',
        attributes: { 'tvg-chno': '7', 'group-title': 'News HD', 'tvg-id': 'x' },
      },
    ],
    [
      '-1 tvg-logo = "http://h/1.png?a=b,c" ,T',
      { title: 'T', attributes: { 'tvg-logo': 'http://h/1.png?a=b,c' } },
    ],
    [
      '-1 tvg-logo="http://h/1.png group-title="News",One',
      { title: 'One', attributes: { 'tvg-logo': 'http://h/1.png', 'group-title': 'News' } },
    ],
    [
      '-1 tvg-name="The "Best" Show" tvg-id="x",Y',
      { title: 'Y', attributes: { 'tvg-name': 'The "Best" Show', 'tvg-id': 'x' } },
    ],
    ['-1 group-title="#1, the best",Z', { title: 'Z', attributes: { 'group-title': '#1, the best' } }],
    ['-1 tvg-id="" tvg-id="b",Twice', { title: 'Twice', attributes: { 'tvg-id': '' } }],
    ['-1 radio tvg-id="b",Stray word', { title: 'Stray word', attributes: { 'tvg-id': 'b' } }],
    ['-1 tvg-id="never closed', { title: '', attributes: { 'tvg-id': 'never closed' } }],
    ['', { title: '', attributes: {}, duration: undefined }],
  ])('reads %s', (text, expected) => {
    expect(readExtInf(text)).toMatchObject(expected);
  });

  it('reads back what a writer of the usual form wrote', () => {
    const key = fc
      .stringMatching(/^[a-z][a-z-]{0,10}$/)
      .filter((text) => text !== '__proto__' && !(text in {}));
    const value = fc
      .string({ maxLength: 30 })
      .map((text) => text.replace(/["\r\n]/g, '').trim())
      .filter((text) => !/\s[\w:.-]+\s*=$/.test(` ${text}`));
    const title = fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n]/g, '').trim());
    fc.assert(
      fc.property(fc.dictionary(key, value, { noNullPrototype: true }), title, (attributes, name) => {
        const pairs = Object.entries(attributes).map(([k, v]) => ` ${k}="${v}"`);
        expect(readExtInf(`-1${pairs.join('')},${name}`)).toEqual({ duration: -1, attributes, title: name });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['quotes', '" '],
    ['apostrophes', "a='"],
    ['blanks', ' '],
    ['keys', 'k="'],
    ['commas in quotes', 'k=" ,x" '],
  ])('takes time linear in its length: a line of %s', (_name, unit) => {
    const time = (length: number) => {
      const text = `-1 tvg-id="${unit.repeat(length / unit.length)}`;
      const start = performance.now();
      readExtInf(text);
      return performance.now() - start;
    };
    time(50_000);
    // Quadratic time would take minutes.
    expect(time(1_000_000)).toBeLessThan(2_000);
  });
});
