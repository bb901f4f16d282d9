import { addedAt, NewestAdded } from './added.js';
import { AddedOrder } from './added-order.js';
import { planBatches, planOfFindings } from './batch-plan.js';
import { HeadReading } from './head-reading.js';
import { pageSizeOf, sameRows, type ListPage } from './list-page.js';
import { settleHead } from './settle-head.js';
import type { WalkBatch, WalkEnd, WalkOptions } from './walk-list.js';

/** Portal pages of one head walk at most; whoever has more that is new is better read in full. */
export const MAX_HEAD_PAGES = 100;

export interface HeadWalkOptions extends Pick<WalkOptions, 'fetchPage' | 'signal' | 'onPage' | 'now'> {
  /** Page 1, just read. */
  first: ListPage;
  /** Page 1 by name; undefined where the portal does not list that way. */
  fetchFirstByName: () => Promise<ListPage | undefined>;
  /** Newest `added` of the last completed run, ms. */
  frontier: number;
  /** How many items of what was handed out since it was asked last were new or had changed. */
  countChanged: () => Promise<number>;
  /** Ordinals that were handed out in an earlier life: what they held is known by now, which says nothing about what lies below. */
  judgedOrdinals: number;
}

/**
 * Walks a newest-first list from its head, in the batches of a full walk, until a batch is all known, unchanged and older than the frontier
 * (DESIGN 4). Strictly older: rows that share the frontier's date may come in any order. Nothing is asked for before the batch above it
 * was judged. An earlier life's batches are read again and handed out again: it may have died anywhere in them.
 *
 * That the list is sorted is not taken on trust: by name it must begin otherwise, and dates must not rise on the way.
 */
export async function* walkHead(options: HeadWalkOptions): AsyncGenerator<WalkBatch, WalkEnd> {
  const byName = await options.fetchFirstByName();
  if (byName !== undefined && sameRows(byName, options.first)) {
    return fullNeeded(
      'The portal ignores the sort order: by name it lists the same rows first.',
      options.first,
    );
  }
  const { frontier, now } = options;
  // What cannot be read is not known to be old.
  const reading = new HeadReading(options, (row) => (addedAt(row, now) ?? Infinity) >= frontier);
  try {
    return yield* walk(options, reading);
  } finally {
    reading.close();
  }
}

async function* walk(options: HeadWalkOptions, reading: HeadReading): AsyncGenerator<WalkBatch, WalkEnd> {
  const { first, frontier, now } = options;
  const plan = planBatches(pageSizeOf(first));
  const judgedBatches = Math.ceil(options.judgedOrdinals / plan.ordinals);
  const order = new AddedOrder(now);
  const newest = new NewestAdded(now, frontier);
  // Unchanged rows without a date, or with one in the future, stand where they stand for ever: they do not keep a walk going.
  const isOld = (row: unknown) => (addedAt(row, now) ?? -Infinity) < frontier;
  for (let batch = 1; reading.page + plan.pages <= MAX_HEAD_PAGES; batch++) {
    const pages = await reading.next(plan.pages);
    if (!order.follow(pages.flatMap(({ fresh }) => fresh))) {
      return fullNeeded('The portal ignores the sort order: dates rise along the list.', first);
    }
    const rows = pages.flatMap((page) => page.rows);
    if (rows.length > 0) yield { rows, plan, skipParts: 0 };
    if (reading.broken !== undefined) return fullNeeded(reading.broken, first);
    if (order.dated === 0) return fullNeeded('The newest rows have no date that can be read.', first);
    newest.raise(rows);
    const changed = await options.countChanged();
    if (changed === 0 && batch > judgedBatches && rows.every(isOld)) {
      const settled = await settleHead(reading, first);
      newest.raise(settled.rows);
      if (settled.rows.length > 0) {
        yield { rows: settled.rows, plan: planOfFindings(settled.rows.length), skipParts: 0 };
      }
      const total = settled.total ?? reading.total;
      if (settled.restless !== undefined) {
        return { ...fullNeeded(settled.restless, first), outcome: 'drifted' };
      }
      return {
        outcome: 'complete',
        ...declared(total),
        ...(newest.value === undefined ? {} : { frontier: newest.value }),
      };
    }
    if (reading.ended) return fullNeeded('The list ended before anything known was met.', first);
  }
  return fullNeeded(`No overlap with what is known was found in ${MAX_HEAD_PAGES} pages.`, first);
}

function fullNeeded(reason: string, { total }: ListPage): WalkEnd {
  return { outcome: 'incomplete', reason, fullNeeded: reason, ...declared(total) };
}

function declared(total: number | undefined): { declaredTotal?: number } {
  return total === undefined ? {} : { declaredTotal: total };
}
