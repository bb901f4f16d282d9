import { describe, expect, it } from '@jest/globals';
import type { CatalogueCategory, CatalogueItem, ItemId } from '@catalogue-sync/contracts';
import fc from 'fast-check';
import { anyItem } from '../../arbitraries/item.arbitrary.js';
import { normaliseItem } from '../item/normalise-item.js';
import { FINGERPRINT_BYTES, fingerprintCategory, fingerprintItem } from './fingerprint.js';

const hex = (item: CatalogueItem) => fingerprintItem(item).toString('hex');
const other = (text: string | undefined) => `${text ?? ''} changed`;
const next = (figure: number | undefined) => (figure ?? 0) + 1;

/** Every field: how a change of it looks that is an update, or that it is left out. A new field does not compile until decided. */
const FIELDS: Record<keyof CatalogueItem, ((item: CatalogueItem) => Partial<CatalogueItem>) | 'left out'> = {
  id: 'left out',
  kind: 'left out',
  externalId: 'left out',
  categoryIds: 'left out',
  ratings: 'left out',
  number: 'left out',
  highDefinition: 'left out',
  addedAt: 'left out',
  modifiedAt: 'left out',
  extra: 'left out',
  name: (item) => ({ name: other(item.name) }),
  originalName: (item) => ({ originalName: other(item.originalName) }),
  description: (item) => ({ description: other(item.description) }),
  genres: (item) => ({ genres: [...(item.genres ?? []), 'Newgenre'] }),
  directors: (item) => ({ directors: [...(item.directors ?? []), 'New Director'] }),
  actors: (item) => ({ actors: [...(item.actors ?? []), 'New Actor'] }),
  year: (item) => ({ year: next(item.year) }),
  endYear: (item) => ({ endYear: next(item.endYear) }),
  releaseDate: (item) => ({ releaseDate: item.releaseDate === '2001-01-01' ? '2001-01-02' : '2001-01-01' }),
  country: (item) => ({ country: other(item.country) }),
  durationMinutes: (item) => ({ durationMinutes: next(item.durationMinutes) }),
  ageRating: (item) => ({ ageRating: other(item.ageRating) }),
  certificate: (item) => ({ certificate: other(item.certificate) }),
  references: (item) => ({ references: { ...item.references, tmdb: other(item.references?.tmdb) } }),
  poster: () => ({ poster: '/another/poster.jpg' }),
  backdrops: (item) => ({ backdrops: [...(item.backdrops ?? []), '/another/backdrop.jpg'] }),
  trailer: (item) => ({ trailer: other(item.trailer) }),
  adult: (item) => ({ adult: item.adult !== true }),
  container: (item) => ({ container: other(item.container) }),
  epgChannelId: (item) => ({ epgChannelId: other(item.epgChannelId) }),
  archiveDays: (item) => ({ archiveDays: next(item.archiveDays) }),
  radio: (item) => ({ radio: item.radio !== true }),
  seasonCount: (item) => ({ seasonCount: next(item.seasonCount) }),
  episodeCount: (item) => ({ episodeCount: next(item.episodeCount) }),
  playCommand: () => ({ playCommand: '/media/another.mpg' }),
};
const covered = Object.entries(FIELDS).flatMap(([name, change]) =>
  change === 'left out' ? [] : [[name, change] as const],
);

describe('fingerprintItem', () => {
  it('has 16 bytes and does not change over time', () => {
    const item = normaliseItem({
      kind: 'movie',
      externalId: '7',
      name: 'Blue Lantern',
      year: 2021,
      genres: ['Drama'],
      poster: '/p/7.jpg',
    });
    expect(fingerprintItem(item)).toHaveLength(FINGERPRINT_BYTES);
    // Changes only together with FINGERPRINT_VERSION: stored fingerprints depend on it.
    expect(hex(item)).toBe('f35f9e9074679f24415a8fb0b75892f5');
  });

  it('does not depend on the order of fields, genres and categories', () => {
    fc.assert(
      fc.property(anyItem, (item) => {
        const shuffled = Object.fromEntries(Object.entries(item).toReversed()) as unknown as CatalogueItem;
        if (shuffled.genres) shuffled.genres = shuffled.genres.toReversed();
        expect(hex(shuffled)).toBe(hex(item));
        expect(hex({ ...item, categoryIds: [] })).toBe(hex(item));
      }),
    );
  });

  it('does not depend on what is volatile, positional or unknown', () => {
    fc.assert(
      fc.property(anyItem, anyItem, (item, foreign) => {
        const { ratings, number, highDefinition, addedAt, modifiedAt, extra, categoryIds } = foreign;
        const stirred = {
          ...item,
          ratings,
          number,
          highDefinition,
          addedAt,
          modifiedAt,
          extra,
          categoryIds,
        } as CatalogueItem;
        expect(hex({ ...stirred, id: 'movie:x' as ItemId, externalId: 'x' })).toBe(hex(item));
      }),
    );
  });

  it.each(covered)('changes with %s', (_, change) => {
    fc.assert(
      fc.property(anyItem, (item) => {
        expect(hex({ ...item, ...change(item) })).not.toBe(hex(item));
      }),
      { numRuns: 60 },
    );
  });

  it('tells the same text in two fields apart', () => {
    const item = normaliseItem({ kind: 'movie', externalId: '7', name: 'A' });
    expect(hex({ ...item, originalName: 'B' })).not.toBe(hex({ ...item, description: 'B' }));
    expect(hex({ ...item, actors: ['B', 'C'] })).not.toBe(hex({ ...item, actors: ['B C'] }));
    expect(hex({ ...item, actors: ['B'] })).not.toBe(hex({ ...item, directors: ['B'] }));
    expect(hex({ ...item, references: { tmdb: '5' } })).not.toBe(hex({ ...item, references: { imdb: '5' } }));
  });

  it('takes a told "no" for nothing told', () => {
    const item = normaliseItem({ kind: 'channel', externalId: '7', name: 'A' });
    expect(hex({ ...item, adult: false, radio: false })).toBe(hex(item));
  });
});

describe('images', () => {
  const poster = (url: string) =>
    hex(normaliseItem({ kind: 'movie', externalId: '7', name: 'A', poster: url }));
  it.each([
    ['http://a.example/p/7.jpg', 'https://b.example:8080/p/7.jpg?sig=1#x'],
    ['/p/7.jpg', 'http://a.example/p/7.jpg'],
    ['/p/7.jpg', '//cdn.example/p/7.jpg?v=2'],
    ['/p/7.jpg#a?b', '/p/7.jpg'],
  ])('%s is %s', (one, same) => {
    expect(poster(one)).toBe(poster(same));
  });

  it.each([
    ['/p/7.jpg', '/p/8.jpg'],
    ['http://a.example/p/7.jpg', 'http://a.example/q/7.jpg'],
  ])('%s is not %s', (one, another) => {
    expect(poster(one)).not.toBe(poster(another));
  });
});

describe('play commands', () => {
  const command = (playCommand: string) =>
    hex(normaliseItem({ kind: 'channel', externalId: '7', name: 'A', playCommand }));
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  it.each([
    ['ffmpeg http://localhost/ch/12_', 'ffrt3 http://portal.example/ch/12_'],
    ['http://h/live/{u}/{p}/101.ts?play_token=aaa', 'http://other:80/live/{u}/{p}/101.ts?play_token=bbb'],
    ['http://h/play/4f3c2b1a0d9e8f7a6b5c4d3e.m3u8', 'http://h/play/9a8b7c6d5e4f3a2b1c0d9e8f.m3u8'],
    ['http://h/s.php?id=1&token=a', 'http://h/s.php?expires=9&id=1'],
    ['http://h/101.ts|User-Agent=A', 'http://h/101.ts|User-Agent=B'],
    [
      base64({ type: 'movie', stream_id: 5, target_container: 'mkv' }),
      base64({ target_container: 'mkv', stream_id: '5', type: 'movie', token: 'x' }),
    ],
    ['eyJicm9rZW4', 'eyJhbHNvIGJyb2tlbg'],
  ])('%s is %s', (one, same) => {
    expect(command(one)).toBe(command(same));
  });

  it.each([
    ['/media/1.mpg', '/media/2.mpg'],
    ['ffmpeg http://localhost/ch/12_', 'ffmpeg http://localhost/ch/13_'],
    ['http://h/s.php?id=1&token=a', 'http://h/s.php?id=2&token=a'],
    ['udp://239.1.1.1:5000', 'udp://239.1.1.2:5000'],
    [base64({ stream_id: 5, target_container: 'mkv' }), base64({ stream_id: 5, target_container: 'mp4' })],
  ])('%s is not %s', (one, another) => {
    expect(command(one)).not.toBe(command(another));
  });
});

describe('fingerprintCategory', () => {
  const category: CatalogueCategory = {
    id: 'vod:1',
    scope: 'vod',
    externalId: '1',
    name: 'Drama',
    position: 3,
  };
  const of = (fields: Partial<CatalogueCategory>) =>
    fingerprintCategory({ ...category, ...fields }).toString('hex');
  it('changes with name, kind, parent and age mark, not with the position', () => {
    expect(of({ position: 9 })).toBe(of({}));
    expect(of({ adult: false })).toBe(of({}));
    const changes: Partial<CatalogueCategory>[] = [
      { name: 'War' },
      { kind: 'movie' },
      { parentId: 'vod:2' },
      { adult: true },
    ];
    expect(new Set([of({}), ...changes.map(of)]).size).toBe(5);
  });
});
