import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyText, anyValue } from '../../arbitraries/item.arbitrary.js';
import { toBoolean } from './boolean.js';
import { readDate, readYear, readYearRange } from './date.js';
import { toIdText } from './id-text.js';
import { toTextList } from './list.js';
import { readMinutes } from './minutes.js';
import { toInteger, toNumber } from './number.js';
import { toPlainText, toText } from './text.js';

/** Every coercer with what its result must be whatever it was given. */
const COERCERS: Record<string, [coerce: (value: unknown) => unknown, sound: (result: unknown) => boolean]> = {
  toText: [toText, isUsableText],
  toPlainText: [toPlainText, isUsableText],
  toNumber: [toNumber, Number.isFinite],
  toInteger: [toInteger, Number.isSafeInteger],
  toBoolean: [toBoolean, (result) => typeof result === 'boolean'],
  toIdText: [toIdText, (result) => isUsableText(result) && (result as string).length <= 200],
  readYear: [readYear, (result) => (result as number) >= 1870 && (result as number) <= 2199],
  readDate: [readDate, (result) => /^\d{4}-\d\d-\d\d$/.test(result as string)],
  readMinutes: [readMinutes, (result) => Number.isInteger(result) && (result as number) > 0],
};

function isUsableText(result: unknown): boolean {
  return typeof result === 'string' && result.length > 0 && result.isWellFormed() && !result.includes('\0');
}

describe.each(Object.entries(COERCERS))('%s', (_, [coerce, sound]) => {
  it('answers any value with a sound result or undefined, and stands by it', () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, anyText, fc.stringMatching(/^[\d:,. /-]{0,20}$/)), (value) => {
        const result = coerce(value);
        if (result === undefined) return;
        expect(sound(result)).toBe(true);
        // Decoding twice is not decoding once.
        expect(coerce === toPlainText ? result : coerce(result)).toBe(result);
      }),
      { numRuns: 600 },
    );
  });
});

describe('toText and toPlainText', () => {
  it.each([
    [' Blue  Lantern ', 'Blue Lantern'],
    [7, '7'],
    [12345678901234567890n, '12345678901234567890'],
    ['', undefined],
    ['N/a', undefined],
    ['null', undefined],
    [false, undefined],
    [true, undefined],
    [null, undefined],
    [[], undefined],
    [{}, undefined],
    [Number.NaN, undefined],
    ['None', 'None'],
  ])('%j is %j', (value, expected) => {
    expect(toText(value)).toBe(expected);
    expect(toPlainText(value)).toBe(expected);
  });

  it.each([
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['Tom &amp;amp; Jerry', 'Tom & Jerry'],
    ['Tom &amp;amp;amp; Jerry', 'Tom &amp; Jerry'],
    ['It&#039;s &quot;on&quot;', `It's "on"`],
    ['a&nbsp;b', 'a b'],
    ['R&D AT&T a&b=1', 'R&D AT&T a&b=1'],
    ['one<br/>two<BR>three', 'one\ntwo\nthree'],
    ['&lt;p&gt;one&lt;/p&gt;two', 'one\ntwo'],
    ['<b class="x">bold</b>', 'bold'],
    ['I <3 you, <Unknown>', 'I <3 you, <Unknown>'],
    ['a<script>alert(1)</script>b', 'ab'],
    ['&#0;&#xD800;x', '\ufffdx'],
  ])('reads %j as %j', (value, expected) => {
    expect(toPlainText(value)).toBe(expected);
  });
});

describe('toNumber and toInteger', () => {
  it.each([
    [7, 7],
    ['7', 7],
    [' 7.000 ', 7],
    ['7.25', 7.25],
    ['1,234', 1234],
    ['1,234,567.5', 1234567.5],
    ['12 345', 12345],
    ['7,5', 7.5],
    ['-3', -3],
    ['1e3', 1000],
    ['.5', 0.5],
    [5n, 5],
    ['', undefined],
    ['N/A', undefined],
    ['null', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0x10', undefined],
    ['95 min', undefined],
    ['1,2345', undefined],
    ['1e999', undefined],
    [true, undefined],
    [[7], undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('%j is %j', (value, expected) => {
    expect(toNumber(value)).toBe(expected);
    expect(toInteger(value)).toBe(expected === undefined ? undefined : Math.trunc(expected));
  });

  it('has no integers beyond 2^53, and no -0', () => {
    expect(toInteger('9007199254740993')).toBeUndefined();
    expect(toInteger(-0.5)).toBe(0);
    expect(toNumber('-0')).toBe(0);
  });
});

describe('toBoolean', () => {
  it.each([
    [true, true],
    [false, false],
    [1, true],
    [0, false],
    [2, true],
    ['1', true],
    ['0', false],
    ['2', true],
    ['0.0', false],
    ['TRUE', true],
    ['no', false],
    ['', undefined],
    [' ', undefined],
    ['None', undefined],
    ['null', undefined],
    [null, undefined],
    [undefined, undefined],
    [[], undefined],
    [{}, undefined],
    [Number.NaN, undefined],
  ])('%j is %j', (value, expected) => {
    expect(toBoolean(value)).toBe(expected);
  });
});

describe('toIdText', () => {
  it.each([
    ['00123', '00123'],
    ['12345678901234567890', '12345678901234567890'],
    [' 7 ', '7'],
    [7, '7'],
    [-7, '-7'],
    [0, '0'],
    [2 ** 53 - 1, '9007199254740991'],
    [12345678901234567890n, '12345678901234567890'],
    ['123:2', '123:2'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), undefined],
    [2 ** 53, undefined],
    [1.5, undefined],
    ['', undefined],
    ['  ', undefined],
    ['null', undefined],
    ['a\nb', undefined],
    ['a\u0000', undefined],
    ['a\u0085b', undefined],
    ['a\ud800', undefined],
    [true, undefined],
    [null, undefined],
    [{ id: 1 }, undefined],
    [['1'], undefined],
  ])('%j is %j', (value, expected) => {
    expect(toIdText(value)).toBe(expected);
  });
});

describe('toTextList', () => {
  it('gives texts without blanks and repeats for any value', () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, fc.array(anyText)), fc.boolean(), (value, whole) => {
        const list = toTextList(value, whole ? { split: false } : {});
        expect(list.every(isUsableText)).toBe(true);
        expect(new Set(list).size).toBe(list.length);
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    [
      ['Drama', ' Drama ', '', null, 'Crime'],
      ['Drama', 'Crime'],
    ],
    [{ 1: 'b', 0: 'a' }, ['a', 'b']],
    ['Drama, Crime;War|Noir / AC/DC', ['Drama', 'Crime', 'War', 'Noir', 'AC/DC']],
    ['Sci-Fi &amp; Fantasy, Drama', ['Sci-Fi & Fantasy', 'Drama']],
    ['one<br/>two', ['one', 'two']],
    ['["a, b","c"]', ['a, b', 'c']],
    ['{"0":"a","1":"b"}', ['a', 'b']],
    ['[not json, really', ['[not json', 'really']],
    ['a:2:{i:0;s:2:"en";i:1;s:3:"fé";}', ['en', 'fé']],
    ['a:1:{i:0;a:1:{s:1:"k";s:1:"v";}}', ['v']],
    ['a:1:{i:0;s:99:"en";}', []],
    ['a:1:{i:0;s:2', []],
    [
      [{ id: 1, name: 'Drama' }, { title: 'War' }],
      ['Drama', 'War'],
    ],
    ['Downey', ['Downey']],
    [['Downey, Jr.'], ['Downey, Jr.']],
    [7, ['7']],
    [
      [1, '2'],
      ['1', '2'],
    ],
    [false, []],
    [null, []],
    [{}, []],
    [[], []],
    ['', []],
    ['N/A', []],
  ])('%j is %j', (value, expected) => {
    expect(toTextList(value)).toEqual(expected);
  });

  it('does not cut a URL', () => {
    expect(toTextList('http://h/a,b;c.jpg', { split: false })).toEqual(['http://h/a,b;c.jpg']);
    expect(toTextList('["http://h/a,b.jpg"]', { split: false })).toEqual(['http://h/a,b.jpg']);
  });
});

describe('readYear, readYearRange, readDate', () => {
  it.each([
    ['2019', { year: 2019 }],
    [2019, { year: 2019 }],
    ['2019-05-01', { year: 2019 }],
    ['2011-2014', { year: 2011, endYear: 2014 }],
    ['2011 – 2014', { year: 2011, endYear: 2014 }],
    ['2014-2011', { year: 2014 }],
    ['2011-', { year: 2011 }],
    ['(2021)', { year: 2021 }],
    ['1869', {}],
    [1870, { year: 1870 }],
    [2199, { year: 2199 }],
    [2200, {}],
    ['0', {}],
    ['', {}],
    ['1795000000', {}],
    [2019.5, {}],
    [null, {}],
  ])('%j spans %j', (value, expected) => {
    expect(readYearRange(value)).toEqual(expected);
    expect(readYear(value)).toBe((expected as { year?: number }).year);
  });

  it.each([
    ['2019-05-01', '2019-05-01'],
    ['2019-5-1', '2019-05-01'],
    ['2019-05-01 10:00:00', '2019-05-01'],
    ['2019-05-01T10:00:00Z', '2019-05-01'],
    ['2019/05/01', '2019-05-01'],
    ['01/05/2019', '2019-05-01'],
    ['1.5.2019', '2019-05-01'],
    ['1 May 2019', '2019-05-01'],
    ['May 1, 2019', '2019-05-01'],
    ['2020-02-29', '2020-02-29'],
    ['2019-02-29', undefined],
    ['1900-02-29', undefined],
    ['2000-02-29', '2000-02-29'],
    ['0000-00-00', undefined],
    ['0000-00-00 00:00:00', undefined],
    ['2019-13-01', undefined],
    ['05/13/2019', undefined],
    ['2019', undefined],
    ['1 Foo 2019', undefined],
    [20190501, undefined],
  ])('%j is the day %j', (value, expected) => {
    expect(readDate(value)).toBe(expected);
  });
});

describe('readMinutes', () => {
  it.each([
    ['95', 95],
    [95.4, 95],
    ['95 min', 95],
    ['1h 35m', 95],
    ['1 hour 35 minutes', 95],
    ['2h', 120],
    ['01:35:00', 95],
    ['1:35', 95],
    ['0', undefined],
    ['N/a', undefined],
    ['long', undefined],
    ['999999', undefined],
  ])('%j is %j', (value, expected) => {
    expect(readMinutes(value)).toBe(expected);
  });
});
