import type { ItemKind, ProviderId, SnapshotDocument } from '@catalogue-sync/contracts';
import { SECTIONS_OF_KIND } from '@catalogue-sync/snapshot-format';
import type { CatalogueFeed, FeedItem } from './catalogue-feed.js';

type Index = Record<string, Set<string>>;

/** What a document says, without the order of its entries. */
export interface Content {
  items: Record<string, unknown>;
  categories: Record<string, unknown>;
  index: Record<ItemKind, Index>;
}

/** What the feed's catalogue is: what the document of it must say. */
export function contentOfFeed(feed: CatalogueFeed, provider: ProviderId): Content {
  const { items, categories } = feed.of(provider);
  return content([...items.values()], [...categories.values()]);
}

/** Throws when an id stands twice, an item stands in the wrong section, or the totals are not those of the items. */
export function contentOfDocument(document: SnapshotDocument): Content {
  const items: FeedItem[] = [];
  for (const kind of ['movie', 'series', 'channel'] as const) {
    const found = document[SECTIONS_OF_KIND[kind].items as 'movies'] as FeedItem[];
    if (found.some((item) => item.kind !== kind))
      throw new Error(`An item stands in the wrong section: ${kind}`);
    items.push(...found);
  }
  const { stats } = document;
  const totals = [stats.totalMovies, stats.totalSeries, stats.totalChannels];
  const found = [document.movies.length, document.series.length, document.channels.length];
  if (totals.join() !== found.join()) throw new Error(`Totals ${totals.join()} are not ${found.join()}`);
  if (new Set(items.map(({ id }) => id)).size !== items.length) throw new Error('An id stands twice');
  const result = content(items, document.categories);
  for (const kind of ['movie', 'series', 'channel'] as const) {
    const index = document[SECTIONS_OF_KIND[kind].index as 'moviesByCategory'];
    result.index[kind] = Object.fromEntries(Object.entries(index).map(([id, ids]) => [id, new Set(ids)]));
    if (Object.values(index).some((ids) => new Set(ids).size !== ids.length)) throw new Error('Listed twice');
  }
  return result;
}

function content(items: readonly FeedItem[], categories: readonly object[]): Content {
  const index: Record<ItemKind, Index> = { movie: {}, series: {}, channel: {} };
  for (const item of items)
    for (const id of item.categoryIds) (index[item.kind][id] ??= new Set()).add(item.id);
  return {
    items: Object.fromEntries(items.map((item) => [item.id, item])),
    categories: Object.fromEntries(categories.map((category) => [(category as { id: string }).id, category])),
    index,
  };
}
