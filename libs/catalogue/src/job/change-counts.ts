import type { ChangeCounts, CountsByKind, ItemKind } from '@catalogue-sync/contracts';

/** Counts of nothing, a new object each time. */
export function emptyCounts(): CountsByKind {
  return { channel: zero(), movie: zero(), series: zero(), category: zero() };
}

/** No items of any kind, a new object each time. */
export function emptyTotals(): Record<ItemKind, number> {
  return { channel: 0, movie: 0, series: 0 };
}

/** The sum of two counts, as a new object. */
export function addCounts(a: CountsByKind, b: CountsByKind): CountsByKind {
  return {
    channel: add(a.channel, b.channel),
    movie: add(a.movie, b.movie),
    series: add(a.series, b.series),
    category: add(a.category, b.category),
  };
}

function zero(): ChangeCounts {
  return { added: 0, updated: 0, removed: 0, unchanged: 0 };
}

function add(a: ChangeCounts, b: ChangeCounts): ChangeCounts {
  return {
    added: a.added + b.added,
    updated: a.updated + b.updated,
    removed: a.removed + b.removed,
    unchanged: a.unchanged + b.unchanged,
  };
}
