import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyDraft, anyItem } from '../../arbitraries/item.arbitrary.js';
import type { ItemDraft } from './item-draft.js';
import { ITEM_LIMITS } from './limits.js';
import { normaliseItem } from './normalise-item.js';

const bare: ItemDraft = { kind: 'movie', externalId: '7', name: 'Blue Lantern' };
const normal = (fields: Record<string, unknown>) => normaliseItem({ ...bare, ...fields } as ItemDraft);

describe('normaliseItem', () => {
  it('gives an item for any draft, and the same again for its own result', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const once = normaliseItem(draft);
        const twice = normaliseItem(once);
        expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
      }),
      { numRuns: 600 },
    );
  });

  it('gives what JSON carries unchanged, without anything Postgres refuses', () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const json = JSON.stringify(item);
        expect(JSON.parse(json)).toEqual(item);
        expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/);
        expect(json).toBe(json.toWellFormed());
      }),
      { numRuns: 400 },
    );
  });

  it('does not depend on the order of the fields of a draft', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const reversed = Object.fromEntries(Object.entries(draft).toReversed()) as unknown as ItemDraft;
        expect(JSON.stringify(normaliseItem(reversed))).toBe(JSON.stringify(normaliseItem(draft)));
      }),
    );
  });

  it('keeps every bound', () => {
    fc.assert(
      fc.property(anyDraft, fc.integer({ min: 1, max: 300 }), (draft, factor) => {
        const item = normaliseItem({
          ...draft,
          name: 'né '.repeat(factor * 4),
          description: 'x\n😀'.repeat(factor * 100),
          actors: Array.from({ length: factor * 2 }, (_, index) => `${index}`),
          poster: `http://img.example/${'p'.repeat(factor * 20)}`,
          extra: Object.fromEntries(
            Array.from({ length: factor }, (_, index) => [`k${index}`, '"'.repeat(index)]),
          ),
        });
        expect(item.name.length).toBeLessThanOrEqual(ITEM_LIMITS.nameLength);
        expect(item.description?.length).toBeLessThanOrEqual(ITEM_LIMITS.descriptionLength);
        expect(item.actors?.length).toBeLessThanOrEqual(ITEM_LIMITS.listEntries);
        expect(item.poster?.length ?? 0).toBeLessThanOrEqual(ITEM_LIMITS.urlLength);
        expect(Buffer.byteLength(JSON.stringify(item.extra))).toBeLessThanOrEqual(ITEM_LIMITS.extraBytes);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['  Blue \u00a0 Lantern\u200b ', 'Blue Lantern'],
    ['Caf\u0065\u0301', 'Caf\u00e9'],
    ['Line\r\nbreak\0', 'Line break'],
    ['cut \ud83d', 'cut'],
    ['┃EN┃ می‌خواهم', '┃EN┃ می‌خواهم'],
    ['👨‍👩‍👧 Family', '👨‍👩‍👧 Family'],
    ['##### NEWS #####', '##### NEWS #####'],
    ['', 'Untitled 7'],
    ['n/a', 'Untitled 7'],
    ['\u200d \u0007', 'Untitled 7'],
    [null, 'Untitled 7'],
    [12, 'Untitled 7'],
  ])('names %j as %j', (name, expected) => {
    expect(normal({ name }).name).toBe(expected);
  });

  it('leaves absent what says nothing', () => {
    const item = normal({
      originalName: '',
      country: 'N/A',
      genres: [],
      actors: ['', ' '],
      description: null,
      poster: 'data:image/png;base64,AA',
    });
    expect(Object.keys(item)).toEqual(['id', 'kind', 'externalId', 'name', 'categoryIds']);
  });

  it('drops figures that cannot be', () => {
    const item = normal({
      year: 1869,
      endYear: 2200,
      durationMinutes: Number.POSITIVE_INFINITY,
      number: -1,
      ratings: { overall: 0, imdb: 10.5, kinopoisk: Number.NaN },
      archiveDays: 0,
      episodeCount: 1.2e300,
      references: { tmdb: '0' },
      releaseDate: '2019-02-29',
      addedAt: 'yesterday',
    });
    expect(Object.keys(item)).toEqual(['id', 'kind', 'externalId', 'name', 'categoryIds']);
  });

  it('keeps figures at their bounds', () => {
    const item = normal({ year: 1870, endYear: 2199, ratings: { overall: 10 }, number: 0, seasonCount: 0 });
    expect(item).toMatchObject({
      year: 1870,
      endYear: 2199,
      ratings: { overall: 10 },
      number: 0,
      seasonCount: 0,
    });
  });

  it('sorts category ids and drops repeats', () => {
    expect(normal({ categoryIds: ['vod:9', ' vod:10', '', 'vod:9'] }).categoryIds).toEqual([
      'vod:10',
      'vod:9',
    ]);
  });

  it('keeps paragraphs in descriptions only', () => {
    const text = ' One.\r\n\r\n\r\nTwo.\t ';
    expect(normal({ description: text, country: text })).toMatchObject({
      description: 'One.\n\nTwo.',
      country: 'One. Two.',
    });
  });

  it('rewrites instants to UTC', () => {
    expect(normal({ addedAt: '2024-01-02T03:04:05+02:00' }).addedAt).toBe('2024-01-02T01:04:05.000Z');
  });

  it('leaves fields of extra out whole when they no longer fit, and cleans the rest', () => {
    const extra = {
      z: 'a\0b',
      big: 'x'.repeat(20_000),
      __proto__: { a: 1 },
      list: [undefined, 'c\ud800', Number.NaN],
    };
    expect(normal({ extra }).extra).toEqual({ list: [null, 'c', null], z: 'ab' });
    const polluted = normal({ extra: JSON.parse('{"__proto__":{"polluted":true},"a":1}') as object }).extra;
    expect(polluted).toEqual({ a: 1 });
    expect((polluted as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('survives an extra that contains itself', () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle['self'] = circle;
    expect(() => JSON.stringify(normal({ extra: circle }))).not.toThrow();
  });
});
