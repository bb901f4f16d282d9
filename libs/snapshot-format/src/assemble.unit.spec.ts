import { describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { SnapshotDocument } from '@catalogue-sync/contracts';
import { documentSize, gzipDocument, plainDocument } from './assemble.js';
import { compareAddresses, measureBody } from './document-body.js';
import type { DocumentHead } from './document-head.js';
import { SECTIONS, SECTIONS_OF_KIND } from './section.js';
import { buildSegment, type StoredSegment } from './segment.js';
import { partOfSlot, slotOf } from './split.js';

type Entry = { id: string; categoryIds: string[]; name: string };
type Catalogue = Record<'categories' | 'movies' | 'series' | 'channels', Entry[]>;

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }).map((s) => s.toWellFormed()),
);
const categoryIds = fc
  .uniqueArray(
    fc.oneof(
      fc.constantFrom('vod:1', 'vod:2', 'vod:10'),
      text.filter((id) => id !== ''),
    ),
    { maxLength: 3 },
  )
  .map((ids) => ids.toSorted());
const entries = fc.uniqueArray(fc.record({ id: text, categoryIds, name: text }), {
  maxLength: 25,
  selector: (entry) => entry.id,
});
const catalogues: fc.Arbitrary<Catalogue> = fc.record({
  categories: entries,
  movies: entries,
  series: entries,
  channels: entries,
});
const heads: fc.Arbitrary<DocumentHead> = fc.record(
  {
    snapshotVersion: fc.nat(),
    providerId: fc.constantFrom('p1', 'pdemo'),
    generatedAt: fc.constant('2026-01-02T03:04:05.678Z'),
    confirmedAt: fc.constant('2026-01-02T03:04:05.678Z'),
    asOfSeq: fc.nat(),
    incompleteScopes: fc.subarray(['live', 'vod'] as const).map((scopes) => [...scopes]),
    imageBaseUrl: fc.webUrl(),
    stats: fc.record({
      totalMovies: fc.nat(),
      totalSeries: fc.nat(),
      totalChannels: fc.nat(),
      newItemsAdded: fc.nat(),
      itemsUpdated: fc.nat(),
      itemsRemoved: fc.nat(),
    }),
  },
  {
    requiredKeys: [
      'snapshotVersion',
      'providerId',
      'generatedAt',
      'confirmedAt',
      'asOfSeq',
      'incompleteScopes',
      'stats',
    ],
  },
);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What `SnapshotDocument` says, built without segments: entries in the order that the split gives them. */
function naiveDocument(head: DocumentHead, catalogue: Catalogue, parts: number): SnapshotDocument {
  const placed = (list: Entry[], categoryOf: (entry: Entry) => string) =>
    list.toSorted(
      (a, b) =>
        byBytes(categoryOf(a), categoryOf(b)) ||
        partOfSlot(slotOf(a.id), parts) - partOfSlot(slotOf(b.id), parts) ||
        byBytes(a.id, b.id),
    );
  const index = (list: Entry[]) => {
    const names = [...new Set(list.flatMap((entry) => entry.categoryIds))].toSorted(byBytes);
    return names.map((name) => [
      name,
      placed(
        list.filter((entry) => entry.categoryIds.includes(name)),
        () => '',
      ).map((entry) => entry.id),
    ]);
  };
  const primary = (entry: Entry) => entry.categoryIds[0] ?? '';
  return {
    version: '1.0',
    ...head,
    categories: placed(catalogue.categories, () => ''),
    movies: placed(catalogue.movies, primary),
    series: placed(catalogue.series, primary),
    channels: placed(catalogue.channels, primary),
    moviesByCategory: index(catalogue.movies),
    seriesByCategory: index(catalogue.series),
    channelsByCategory: index(catalogue.channels),
  } as unknown as SnapshotDocument;
}

/** The naive document's text. Indexes are lists of pairs until here, so that no id gets lost in a JavaScript object. */
function naiveText(document: SnapshotDocument): string {
  const members = Object.entries(document)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (!key.endsWith('ByCategory')) return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
      const pairs = (value as [string, string[]][]).map(
        ([name, ids]) => `${JSON.stringify(name)}:${JSON.stringify(ids)}`,
      );
      return `${JSON.stringify(key)}:{${pairs.join(',')}}`;
    });
  return `{${members.join(',')}}`;
}

async function segmentsOf(catalogue: Catalogue, parts: number): Promise<StoredSegment[]> {
  const texts = new Map<
    string,
    { section: StoredSegment['section']; category: string; part: number; values: [string, string][] }
  >();
  const put = (section: StoredSegment['section'], category: string, id: string, value: unknown) => {
    const part = partOfSlot(slotOf(id), parts);
    const key = JSON.stringify([section, category, part]);
    const segment = texts.get(key) ?? { section, category, part, values: [] };
    segment.values.push([id, JSON.stringify(value)]);
    texts.set(key, segment);
  };
  for (const category of catalogue.categories) put('categories', '', category.id, category);
  for (const { items, index } of Object.values(SECTIONS_OF_KIND))
    for (const item of catalogue[items as 'movies']) {
      put(items, item.categoryIds[0] ?? '', item.id, item);
      for (const category of item.categoryIds) put(index, category, item.id, item.id);
    }
  const built = [...texts.values()].map(async ({ values, ...address }) => {
    const plain = values
      .toSorted(([a], [b]) => byBytes(a, b))
      .map(([, value]) => value)
      .join(',');
    return { ...address, ...buildSegment(Buffer.from(plain)) };
  });
  return (await Promise.all(built)).toSorted(compareAddresses);
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('a document made of segments', () => {
  it('is byte for byte the naive document, in both forms and for every split, with the sizes told before', async () => {
    await fc.assert(
      fc.asyncProperty(heads, catalogues, fc.constantFrom(1, 2, 8, 64), async (head, catalogue, parts) => {
        const segments = await segmentsOf(catalogue, parts);
        const body = measureBody(segments);
        const size = documentSize(head, body);
        const gzip = await collect(gzipDocument(head, segments, body));
        const plain = await collect(plainDocument(head, segments, body));
        const expected = naiveText(naiveDocument(head, catalogue, parts));
        expect(plain.toString()).toBe(expected);
        expect(gunzipSync(gzip).equals(plain)).toBe(true);
        expect(size).toEqual({ plainBytes: plain.length, gzipBytes: gzip.length });
      }),
      { numRuns: 150 },
    );
  });

  it('has every key in the order of SnapshotDocument, empty or not', async () => {
    const head: DocumentHead = {
      snapshotVersion: 1,
      providerId: 'p1',
      generatedAt: '2026-01-02T03:04:05.678Z',
      confirmedAt: '2026-01-02T03:04:05.678Z',
      asOfSeq: 3,
      incompleteScopes: [],
      stats: {
        totalMovies: 0,
        totalSeries: 0,
        totalChannels: 0,
        newItemsAdded: 0,
        itemsUpdated: 0,
        itemsRemoved: 0,
      },
    };
    const plain = await collect(plainDocument(head, [], measureBody([])));
    const document = JSON.parse(plain.toString()) as SnapshotDocument;
    expect(Object.keys(document)).toEqual(['version', ...Object.keys(head), ...SECTIONS]);
    expect(document).toMatchObject({
      categories: [],
      movies: [],
      moviesByCategory: {},
      channelsByCategory: {},
    });
  });

  it('stays small: a stored segment travels as it is', async () => {
    const movies = Array.from({ length: 2000 }, (_, n) => ({
      id: `movie:${n}`,
      categoryIds: ['vod:1'],
      name: `Film ${n}`,
    }));
    const segments = await segmentsOf({ categories: [], movies, series: [], channels: [] }, 32);
    const stored = segments.reduce((sum, segment) => sum + segment.data.length, 0);
    expect(measureBody(segments).gzipBytes - stored).toBeLessThan(segments.length * 6 + 300);
  });

  it('is cut off before its end when a segment is damaged, missing or out of order', async () => {
    const head = { incompleteScopes: [], stats: {} } as unknown as DocumentHead;
    const movies = Array.from({ length: 40 }, (_, n) => ({
      id: `movie:${n}`,
      categoryIds: ['vod:1'],
      name: 'x',
    }));
    const segments = await segmentsOf({ categories: [], movies, series: [], channels: [] }, 4);
    const body = measureBody(segments);
    await expect(collect(gzipDocument(head, segments.slice(1), body))).rejects.toThrow('do not add up');
    await expect(collect(plainDocument(head, segments.slice(0, -1), body))).rejects.toThrow('do not add up');
    await expect(collect(gzipDocument(head, segments.toReversed(), body))).rejects.toThrow('out of order');
    const other = buildSegment(Buffer.from('"x"'.repeat(10)));
    const damaged = segments.with(0, { ...segments[0]!, data: other.data });
    await expect(collect(plainDocument(head, damaged, body))).rejects.toThrow('damaged');
    await expect(collect(gzipDocument(head, damaged, body))).rejects.toThrow('lost bytes');
  });
});
