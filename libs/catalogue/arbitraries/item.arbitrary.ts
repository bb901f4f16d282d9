import fc from 'fast-check';
import { ITEM_KINDS, SCOPES, type CatalogueItem } from '@catalogue-sync/contracts';
import { normaliseItem, type ItemDraft } from '../src/index.js';

/** Any text, the troublesome characters more often than chance would have them. */
export const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '\0',
        '\ud83d',
        '\udc00',
        '\u200b',
        '\u200d',
        '\ufeff',
        '\u00ad',
        '\u00a0',
        '\u0085',
        '\u2028',
        'e\u0301',
        '\u0301',
        '\u0958',
        '\u1100',
        '\u1161',
        '👨‍👩‍👧',
        '┃',
        ' ',
        '\n',
        '\t',
        '\r\n',
        'a',
        'Ж',
        '名',
        'N/A',
        '&amp;',
        '&#0;',
        '<br/>',
        '<3',
        ',',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

/** Any value that JSON.parse may give, and a few that it may not. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.anything({ maxDepth: 2, withBigInt: true, withNullPrototype: true, withSparseArray: true }),
  anyText,
  fc.double(),
  fc.bigInt(),
);

const field = <T>(values: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: anyValue });
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true }),
  fc.constantFrom('/a/b.jpg', 'data:image/png;base64,AA', 'N/A'),
  anyText,
);
const texts = fc.array(anyText, { maxLength: 4 });

/** A draft whose fields hold mostly what they should, and sometimes anything at all. */
export const anyDraft: fc.Arbitrary<ItemDraft> = fc
  .record(
    {
      kind: fc.constantFrom(...ITEM_KINDS),
      externalId: fc.oneof(fc.stringMatching(/^[0-9a-z:]{1,20}$/), anyText),
      name: field(anyText),
      originalName: field(anyText),
      categoryIds: field(
        fc.array(fc.oneof(fc.stringMatching(/^vod:[0-9]{1,3}$/), anyText), { maxLength: 5 }),
      ),
      description: field(anyText),
      genres: field(texts),
      directors: field(texts),
      actors: field(texts),
      year: field(fc.integer({ min: 1860, max: 2210 })),
      endYear: field(fc.integer({ min: 1860, max: 2210 })),
      releaseDate: field(fc.constantFrom('2019-05-01', '2019-02-30', '0000-00-00')),
      country: field(anyText),
      durationMinutes: field(fc.double({ min: -1, max: 1000 })),
      ageRating: field(anyText),
      certificate: field(anyText),
      ratings: field(fc.record({ overall: field(fc.double({ min: 0, max: 11 })), imdb: field(fc.double()) })),
      references: field(fc.record({ tmdb: field(anyText), imdb: field(anyText) })),
      poster: field(url),
      backdrops: field(fc.array(url, { maxLength: 4 })),
      trailer: field(url),
      adult: field(fc.boolean()),
      highDefinition: field(fc.boolean()),
      container: field(anyText),
      addedAt: field(fc.date({ noInvalidDate: true }).map((date) => date.toISOString())),
      modifiedAt: field(fc.constantFrom('2024-01-02 03:04:05', '2024-01-02T03:04:05+02:00')),
      number: field(fc.double({ min: -5, max: 2e9 })),
      epgChannelId: field(anyText),
      archiveDays: field(fc.double({ min: -1, max: 40 })),
      radio: field(fc.boolean()),
      seasonCount: field(fc.nat()),
      episodeCount: field(fc.nat()),
      playCommand: field(url),
      extra: field(fc.dictionary(anyText, anyValue)),
    },
    { requiredKeys: ['kind', 'externalId'] },
  )
  .map((draft) => draft as ItemDraft);

/** A normalised item. */
export const anyItem: fc.Arbitrary<CatalogueItem> = anyDraft.map(normaliseItem);

export const anyScope = fc.constantFrom(...SCOPES);
