import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedAt, NewestAdded, oldestAdded } from './added.js';
import { AddedOrder } from './added-order.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const FORMS: Record<string, (at: number) => unknown> = {
  seconds: (at) => at / 1000,
  'seconds as text': (at) => String(at / 1000),
  milliseconds: (at) => at,
  'milliseconds as text': (at) => String(at),
  'ISO 8601': (at) => new Date(at).toISOString(),
  'ISO 8601 with a zone': (at) => `${new Date(at + 2 * HOUR).toISOString().slice(0, 19)}+02:00`,
  'a portal’s local time': (at) => new Date(at).toISOString().slice(0, 19).replace('T', ' '),
};
const UNREADABLE = [
  undefined,
  null,
  '',
  0,
  '0',
  '0000-00-00 00:00:00',
  '1970-01-01 00:00:00',
  '1999-12-31 23:59:59',
  '2026-02-30 10:00:00',
  'yesterday',
  'NaN',
  -5,
  {},
  [],
  true,
];
const moment = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: (NOW + 14 * HOUR) / 1000 })
  .map((seconds) => seconds * 1000);

describe('addedAt', () => {
  it.each(Object.entries(FORMS))('reads %s', (_name, write) => {
    fc.assert(
      fc.property(moment, (at) => {
        expect(addedAt({ added: write(at) }, NOW)).toBe(at);
      }),
    );
  });

  it('is undefined for what cannot be read or meant, whatever it is', () => {
    for (const added of UNREADABLE) expect(addedAt({ added }, NOW)).toBeUndefined();
    for (const row of [null, undefined, 7, 'row', []]) expect(addedAt(row, NOW)).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), (added) => {
        const at = addedAt({ added }, NOW);
        expect(at === undefined || (at >= Date.UTC(2000, 0, 1) && at <= NOW + 14 * HOUR)).toBe(true);
      }),
    );
  });

  it('believes dates as far ahead as the clock of some zone may be, and no further', () => {
    for (const write of Object.values(FORMS)) {
      expect(addedAt({ added: write(NOW + 14 * HOUR) }, NOW)).toBe(NOW + 14 * HOUR);
      expect(addedAt({ added: write(NOW + 14 * HOUR + 1000) }, NOW)).toBeUndefined();
      expect(addedAt({ added: write(NOW + 400 * 24 * HOUR) }, NOW)).toBeUndefined();
    }
  });
});

const anyRow = fc.oneof(
  fc
    .tuple(moment, fc.constantFrom(...Object.values(FORMS)))
    .map(([at, write]) => ({ row: { added: write(at) }, at: at as number | undefined })),
  fc.constantFrom(...UNREADABLE).map((added) => ({ row: { added }, at: undefined })),
  fc.constant({ row: null, at: undefined }),
);

describe('NewestAdded', () => {
  it('is the newest of all that can be read, in any mix of forms, and never falls', () => {
    fc.assert(
      fc.property(fc.array(anyRow), fc.option(moment, { nil: undefined }), (rows, before) => {
        const newest = new NewestAdded(NOW, before);
        let truth = before;
        for (const { row, at } of rows) {
          newest.raise([row]);
          if (at !== undefined && (truth === undefined || at > truth)) truth = at;
          expect(newest.value).toBe(truth);
        }
        const dates = rows.flatMap(({ at }) => at ?? []);
        expect(
          oldestAdded(
            rows.map(({ row }) => row),
            NOW,
          ),
        ).toBe(dates.length === 0 ? undefined : Math.min(...dates));
      }),
    );
  });
});

describe('AddedOrder', () => {
  const follows = (...dates: (number | null)[]) =>
    new AddedOrder(NOW).follow(dates.map((at) => ({ added: at === null ? null : at / 1000 })));

  it('lets dates fall and stay, and says nothing about what cannot be read', () => {
    fc.assert(
      fc.property(fc.array(fc.option(moment)), (dates) => {
        const falling = dates.filter((at) => at !== null).sort((a, b) => b - a);
        expect(follows(...dates.map((at) => (at === null ? null : (falling.shift() ?? null))))).toBe(true);
      }),
    );
    expect(follows(NOW, NOW, null, NOW - HOUR, NOW - HOUR)).toBe(true);
  });

  it('sees dates rise, also by little steps and over pages', () => {
    expect(follows(NOW - 5 * HOUR, NOW)).toBe(false);
    expect(follows(...Array.from({ length: 140 }, (_, index) => NOW - 9 * HOUR + index * 60_000))).toBe(
      false,
    );
    const order = new AddedOrder(NOW);
    expect(order.follow([{ added: (NOW - 5 * HOUR) / 1000 }])).toBe(true);
    expect(order.follow([{ added: (NOW - 3 * HOUR) / 1000 }])).toBe(false);
    expect(order.dated).toBe(2);
  });
});
