import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PAGE_BYTES } from '@catalogue-sync/contracts';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { onePageOfRows, pagesOfRows } from './encode-rows.js';
import { parseRows, UnreadableRow } from './parse-rows.js';

const noSecrets = new SecretReplacer([]);

describe('parseRows', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (rows) => {
        const text = JSON.stringify(rows);
        fc.pre(!/\d{16}/.test(text));
        expect(parseRows(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps integers of 16 digits and more as they were written', () => {
    expect(
      parseRows('[{"a":1234567890123456,"b":-99999999999999999,"c":123456789012345,"d":1.5e3}]'),
    ).toEqual([{ a: '1234567890123456', b: '-99999999999999999', c: 123456789012345, d: 1500 }]);
  });

  it('lets a broken row take no other with it', () => {
    const rows = parseRows('[{"a":1}, {"b":NaN}, {"c":"x\ty"}, 7, {"d":4}]');
    expect(rows).toHaveLength(5);
    expect([rows[0], rows[3], rows[4]]).toEqual([{ a: 1 }, 7, { d: 4 }]);
    expect(rows[1]).toBeInstanceOf(UnreadableRow);
    expect(rows[2]).toBeInstanceOf(UnreadableRow);
  });

  it.each(['', '{}', '[{"a":1}', 'null', 'x'])('refuses %p', (text) => {
    expect(() => parseRows(text)).toThrow(SyntaxError);
  });
});

describe('pages of rows', () => {
  const rows = (count: number, length: number) =>
    Array.from({ length: count }, (_, id) => ({ id, text: `${id} ${'word '.repeat(length / 5)}` }));

  it('cuts rows into pages under the limit, and loses none', () => {
    const many = rows(3_000, 500);
    const pages = pagesOfRows(many, noSecrets);
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(pages.flatMap((page) => parseRows(page.rows.toString()))).toEqual(many);
    expect(pages.map((page) => page.rowCount)).toEqual(
      pages.map((page) => parseRows(page.rows.toString()).length),
    );
  });

  it('makes one page of rows that are too long for one', () => {
    const long = rows(140, 20_000);
    const page = onePageOfRows(long, noSecrets);
    expect(page.rowCount).toBe(140);
    expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(parseRows(page.rows.toString())).toEqual(long);
  });

  it('sets aside only the longest rows when nothing else helps', () => {
    const noise = Array.from({ length: 900_000 }, (_, at) =>
      String.fromCharCode(33 + ((at * at * 31 + at * 7) % 5_000)),
    ).join('');
    const page = onePageOfRows([{ id: 1 }, { id: 2, noise }, { id: 3 }], noSecrets);
    const read = parseRows(page.rows.toString());
    expect(page.rows.length).toBeLessThanOrEqual(MAX_PAGE_BYTES);
    expect(read).toHaveLength(3);
    expect([read[0], read[2]]).toEqual([{ id: 1 }, { id: 3 }]);
  });
});
