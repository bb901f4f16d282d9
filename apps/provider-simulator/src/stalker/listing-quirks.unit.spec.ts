import { describe, expect, it } from '@jest/globals';
import { completeConfig, type CatalogueRequest } from '../catalogue/catalogue-config.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import type { ListingQuirks } from '../quirks/listing.quirks.js';
import type { Quirks } from '../quirks/quirks.js';
import { ChannelList } from './channel-list.js';
import { VodList } from './vod-list.js';

const NOW = Date.UTC(2026, 10, 21);
interface Row extends Record<string, unknown> {
  id: string;
  added: string;
}
interface Page {
  total_items?: string | number;
  max_page_items?: number;
  data: Row[];
}

/** A portal of 60 movies in pages of 14 (five pages, the last one of 4), with one sort of oddness. */
function portal(quirks: Quirks, request: Partial<CatalogueRequest> = {}) {
  const book = new QuirkBook();
  book.set(quirks);
  const catalogue = new Catalogue(
    completeConfig({ name: 'x', movies: 60, series: 0, channels: 30, ...request }),
  );
  const list = new VodList(catalogue, book);
  const page = (p: number, query: Record<string, string> = {}) =>
    JSON.parse(
      list.page('vod', new URLSearchParams({ sortby: 'added', ...query, p: String(p) }), NOW),
    ) as Page;
  return { book, catalogue, list, page, ids: (p: number) => page(p).data.map((row) => row.id) };
}
const listing = (quirks: ListingQuirks) => portal({ listing: quirks });
const plain = portal({});

describe('a list’s pages', () => {
  it('have other sizes, told or not', () => {
    expect(listing({ pageSize: 20 }).page(1)).toMatchObject({ max_page_items: 20 });
    expect(listing({ pageSize: 20 }).ids(3)).toHaveLength(20);
    expect(listing({ pageSizeMember: 'missing' }).page(1)).not.toHaveProperty('max_page_items');
    expect(listing({ pageSizeMember: 'zero' }).page(1).max_page_items).toBe(0);
    expect(listing({ pageSizeMember: 'rows' }).page(5).max_page_items).toBe(4);
  });

  it('come as an object by position or id, or bare', () => {
    const byIndex = listing({ dataShape: 'keyed-by-index' }).page(2).data;
    expect(Object.keys(byIndex)[0]).toBe('15');
    expect(Object.values(byIndex).map((row) => row.id)).toEqual(plain.ids(2));
    const byId = listing({ dataShape: 'keyed-by-id' }).page(2).data;
    expect(Object.keys(byId).toSorted()).toEqual(plain.ids(2).toSorted());
    const bare = listing({ dataShape: 'bare' }).page(2) as unknown as Row[];
    expect(bare.map((row) => row.id)).toEqual(plain.ids(2));
  });

  it('end in their own ways', () => {
    expect(plain.ids(6)).toEqual([]);
    const repeating = listing({ pastEnd: 'repeat-last' });
    expect([repeating.ids(6), repeating.ids(99)]).toEqual([plain.ids(5), plain.ids(5)]);
    expect(listing({ pastEnd: 'wrap' }).ids(7)).toEqual(plain.ids(2));
    const endless = listing({ pastEnd: 'invent' });
    const invented = [6, 7, 1_000].flatMap((p) => endless.ids(p));
    expect(new Set(invented).size).toBe(3 * 14);
    expect([1, 2, 3, 4, 5].flatMap((p) => plain.ids(p)).filter((id) => invented.includes(id))).toEqual([]);
    expect(endless.ids(6)).toEqual(endless.ids(6));
  });

  it('ignore the page that is asked for, repeat one, or fall short in the middle', () => {
    expect(listing({ ignorePage: true }).ids(3)).toEqual(plain.ids(1));
    const repeated = listing({ repeatPage: 2 });
    expect([1, 2, 3, 4].map((p) => repeated.ids(p))).toEqual([1, 2, 2, 4].map((p) => plain.ids(p)));
    const short = listing({ shortPage: { page: 2, rows: 9 } });
    expect(short.ids(2)).toEqual(plain.ids(2).slice(0, 9));
    expect(short.ids(3)).toEqual(plain.ids(3));
  });

  it('tell the total as text, number, not at all, wrong, or another one each time', () => {
    const total = (quirks: ListingQuirks) => listing(quirks).page(1).total_items;
    expect([total({}), total({ totalType: 'number' }), total({ totalType: 'missing' })]).toEqual([
      '60',
      60,
      undefined,
    ]);
    expect([total({ totalOffset: 7 }), total({ totalOffset: -70 })]).toEqual(['67', '0']);
    const drifting = listing({ totalDrift: 3 });
    expect([1, 2, 3].map((p) => drifting.page(p).total_items)).toEqual(['60', '63', '66']);
    const panel = portal({ listing: { totalType: 'string' } }, { profile: 'panel' });
    expect(panel.page(1).total_items).toBe('60');
  });

  it('are of channels too', () => {
    const { book, catalogue } = listing({ pageSize: 10, pastEnd: 'invent', dataShape: 'keyed-by-index' });
    const channels = new ChannelList(catalogue, book);
    const page = JSON.parse(channels.serve(new URLSearchParams({ p: '4' }), NOW).json) as Page;
    expect(Object.values(page.data)).toHaveLength(10);
  });
});

describe('the order of a list', () => {
  it('is by name where `sortby` is ignored', () => {
    const byName = plain.page(1, { sortby: 'name' }).data.map((row) => row.id);
    expect(listing({ ignoreSort: true }).ids(1)).toEqual(byName);
    expect(byName).not.toEqual(plain.ids(1));
  });

  it('is another one inside ties with each request, and the same for the same requests', () => {
    const ties = { ties: { shuffle: true } };
    const [one, other] = [listing(ties), listing(ties)];
    const walk = (box: typeof one) => [1, 2, 3, 4, 5].flatMap((p) => box.page(p).data);
    const [first, second] = [walk(one), walk(one)];
    expect(first.map((row) => row.id)).not.toEqual(second.map((row) => row.id));
    expect(first.map((row) => row.added)).toEqual(second.map((row) => row.added));
    expect(walk(other)).toEqual(first);
  });

  it('shows one row twice and hides another where a tie spans a page border', () => {
    const { ids } = listing({ ties: { shuffle: true, seconds: 100_000_000 } });
    const all = [1, 2, 3, 4, 5].flatMap((p) => plain.ids(p)).toSorted();
    const walks = [1, 2, 3].map(() => [1, 2, 3, 4, 5].flatMap((p) => ids(p)));
    expect(walks.every((walk) => walk.length === 60)).toBe(true);
    expect(walks.some((walk) => new Set(walk).size < 60)).toBe(true);
    expect([...new Set(walks.flat())].every((id) => all.includes(id))).toBe(true);
  });

  it('holds larger ties where dates are coarse, and stays newest first', () => {
    const dates = [1, 2, 3].flatMap((p) =>
      listing({ ties: { seconds: 20_000_000 } })
        .page(p)
        .data.map((row) => row.added),
    );
    expect(new Set(dates).size).toBeLessThan(8);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });
});

describe('series', () => {
  it('have their episodes in the row', () => {
    const { page } = portal({ series: { shape: 'embedded' } }, { movies: 0, series: 5 });
    for (const row of page(1).data) {
      expect(row).not.toHaveProperty('is_series');
      expect((row.series as number[])[0]).toBe(1);
    }
  });

  it('stand among a panel’s movies with flags of three types', () => {
    const { page } = portal({ series: { shape: 'mixed' } }, { movies: 20, series: 60, profile: 'panel' });
    const rows = [1, 2, 3, 4, 5, 6].flatMap((p) => page(p).data);
    expect(rows).toHaveLength(80);
    const flags = rows.map((row) => row.is_series).filter((flag) => flag !== 0);
    expect(flags).toHaveLength(60);
    expect(new Set(flags)).toEqual(new Set([true, 1, '1']));
  });

  it('have seasons with ids of their own', () => {
    const { list, catalogue } = portal(
      { series: { seasonIds: 'composite' } },
      { movies: 0, series: 3, profile: 'panel' },
    );
    const id = catalogue.population('series').id(0);
    const page = JSON.parse(list.page('series', new URLSearchParams({ movie_id: String(id) }), NOW)) as Page;
    expect(page.data.map((row) => row.id).toReversed()).toEqual(page.data.map((_, i) => `${id}:${i + 1}`));
  });

  it('lead to files, and movies do', () => {
    const { list, catalogue } = portal({}, { movies: 3, series: 3 });
    const rows = (query: Record<string, string>) =>
      (JSON.parse(list.page('vod', new URLSearchParams(query), NOW)) as Page).data;
    const movie_id = String(catalogue.population('series').id(1));
    const season_id = String(rows({ movie_id })[0]?.id);
    const episode_id = String(rows({ movie_id, season_id })[0]?.id);
    const files = rows({ movie_id, season_id, episode_id });
    expect(files[0]).toMatchObject({ is_file: true, series_id: episode_id, video_id: movie_id });
    const movie = String(catalogue.population('movie').id(0));
    expect(rows({ movie_id: movie })[0]).toMatchObject({ is_file: true, video_id: movie, series_id: '0' });
  });
});
