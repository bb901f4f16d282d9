import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyValue } from '../../arbitraries/item.arbitrary.js';
import { isWrittenInstant, writeInstant } from './instant.js';
import { readTimestamp } from './timestamp.js';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY = 86_400_000;
const plausible = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: NOW / 1000 })
  .map((seconds) => seconds * 1000);

describe('readTimestamp', () => {
  it('answers any value with a plausible instant or undefined', () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, fc.stringMatching(/^[\d:. /TZ+-]{0,30}$/)), (value) => {
        const read = readTimestamp(value, NOW);
        if (read === undefined) return;
        expect(read.epochMs).toBeGreaterThanOrEqual(Date.UTC(2000, 0, 1));
        expect(read.epochMs).toBeLessThanOrEqual(NOW + DAY);
        expect(read.iso).toBe(new Date(read.epochMs).toISOString());
      }),
      { numRuns: 700 },
    );
  });

  it('reads every form of an instant as that instant', () => {
    fc.assert(
      fc.property(plausible, (epochMs) => {
        const iso = new Date(epochMs).toISOString();
        const [date = '', time = ''] = iso.slice(0, 19).split('T');
        const [year, month, day] = date.split('-');
        const forms = [
          epochMs / 1000,
          epochMs,
          String(epochMs / 1000),
          String(epochMs),
          iso,
          `${date} ${time}`,
          `${date}T${time}+00:00`,
          `${day}/${month}/${year} ${time}`,
        ];
        for (const form of forms) expect(readTimestamp(form, NOW)).toEqual({ iso, epochMs });
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06T07:08:09.123456Z', '2024-05-06T07:08:09.123Z'],
    ['2024-05-06T07:08:09+02:00', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06T07:08:09-0530', '2024-05-06T12:38:09.000Z'],
    ['2024-05-06T07:08:09+02', '2024-05-06T05:08:09.000Z'],
    ['2024-05-06 07:08', '2024-05-06T07:08:00.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    ['06/05/2024 07:08:09', '2024-05-06T07:08:09.000Z'],
    ['06.05.2024', '2024-05-06T00:00:00.000Z'],
    ['1714979289', '2024-05-06T07:08:09.000Z'],
    [1714979289, '2024-05-06T07:08:09.000Z'],
    [1714979289123, '2024-05-06T07:08:09.123Z'],
    ['1714979289123', '2024-05-06T07:08:09.123Z'],
    ['1714979289.0', '2024-05-06T07:08:09.000Z'],
    ['2000-01-01', '2000-01-01T00:00:00.000Z'],
  ])('%j is %s', (value, iso) => {
    expect(readTimestamp(value, NOW)?.iso).toBe(iso);
  });

  it.each([
    '',
    '0',
    0,
    -1,
    null,
    false,
    'N/A',
    'yesterday',
    '0000-00-00 00:00:00',
    '1970-01-01 00:00:00',
    '1999-12-31 23:59:59',
    946684799,
    '2024-02-30 00:00:00',
    '2024-13-01',
    '2024-05-06 24:00:00',
    '2024-05-06 07:60:00',
    '2024-05-06T07:08:09+15:00',
    '2024',
    Number.NaN,
    1e300,
    '9'.repeat(16),
    [1714979289],
    {},
  ])('%j is none', (value) => {
    expect(readTimestamp(value, NOW)).toBeUndefined();
  });

  it('takes a day of the future, and no more', () => {
    expect(readTimestamp(NOW + DAY, NOW)?.epochMs).toBe(NOW + DAY);
    expect(readTimestamp(NOW + DAY + 1, NOW)).toBeUndefined();
    expect(readTimestamp('2024-05-06', Number.NaN)).toBeUndefined();
  });
});

describe('writeInstant', () => {
  it('writes what Date.toISOString writes, and knows it again', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(-62e12) }), (date) => {
        const written = writeInstant(date.getTime());
        expect(written).toBe(date.toISOString());
        const year = date.getUTCFullYear();
        expect(isWrittenInstant(written)).toBe(year >= 1870 && year <= 2199);
      }),
    );
    expect(isWrittenInstant('2024-02-30T00:00:00.000Z')).toBe(false);
    expect(isWrittenInstant('2024-02-20T24:00:00.000Z')).toBe(false);
  });
});
