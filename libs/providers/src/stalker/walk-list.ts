import { NewestAdded, oldestAdded } from './added.js';
import { lastPageOf, pageSizeOf, type ListPage } from './list-page.js';
import { PageReader, type FetchPage } from './page-reader.js';
import { PAGES_PER_BATCH, planBatches, planOfFindings, type BatchPlan } from './batch-plan.js';
import { proveWalk } from './prove-walk.js';
import { WalkLog } from './walk-log.js';

/** Rows that may wait to be taken, where the pages are not so long that even a few hold more. */
const MAX_ROWS_AHEAD = 2_000;
/** Pages in a row that are empty, or bring nothing new, before a walk gives up short of its end. */
const MAX_USELESS_PAGES = 3;

export interface WalkOptions {
  fetchPage: FetchPage;
  signal: AbortSignal;
  /** Requests that may run at once. */
  parallel: number;
  /** Ordinals of item pages that were handed out in an earlier life. */
  skipOrdinals: number;
  onPage?: (progress: { page: number; lastPage?: number; rows: number; total?: number | undefined }) => void;
  /** What the last complete run knew; `totalExcess` is what its total was off by. */
  known: { frontier?: number | undefined; totalExcess?: number | undefined };
  /** ms since 1970. */
  now: number;
}

/** Rows that belong together: the pages of one batch, or what was found at the end. */
export interface WalkBatch {
  rows: unknown[];
  plan: BatchPlan;
  /** Parts of this batch that were handed out in an earlier life. */
  skipParts: number;
}

export interface WalkEnd {
  outcome: 'complete' | 'incomplete' | 'drifted';
  reason?: string;
  declaredTotal?: number;
  /** Why the list has to be read in full, where that was not tried. */
  fullNeeded?: string;
  /** Newest `added` that was handed out, now or before, ms; of complete walks. */
  frontier?: number;
  /** What the total is off by, where the list stood still; also of a walk that is drifted only because it was off by less before. */
  totalExcess?: number;
}

/**
 * Walks a newest-first list page by page, by the rules of PROVIDERS A.6: page size and end come from the answers, the end is proved by two
 * signs (the page count, and a page behind it that is empty or brings nothing new), repeated and ignored page numbers are noticed.
 * Batches come in order, always of the same pages.
 */
export async function* walkList(options: WalkOptions): AsyncGenerator<WalkBatch, WalkEnd> {
  const first = await options.fetchPage(1, options.signal);
  const reader = new PageReader(
    options.fetchPage,
    lookAhead(options.parallel, pageSizeOf(first)),
    options.signal,
  );
  try {
    return yield* walk(options, first, reader);
  } finally {
    reader.close();
  }
}

async function* walk(
  options: WalkOptions,
  first: ListPage,
  reader: PageReader,
): AsyncGenerator<WalkBatch, WalkEnd> {
  const size = pageSizeOf(first);
  if (first.rows.length === 0) return emptyList(first);
  const plan = planBatches(size);
  const skipped = Math.floor(options.skipOrdinals / plan.ordinals);
  const start = skipped * plan.pages + 1;
  const log = new WalkLog();
  const newest = new NewestAdded(options.now, options.known.frontier);
  let total = first.total;
  let fullest = 0;
  let useless = 0;
  let emptySince: number | undefined;
  let hole: number | undefined;
  let skipParts = options.skipOrdinals % plan.ordinals;
  let batch: unknown[] = [];
  let page = start;
  for (; ; page++) {
    const expected = lastPageOf(total, sizeNow(size, fullest, page - start));
    let read = page === 1 ? first : await reader.take(page, expected + 1);
    // An overloaded portal may answer with nothing once.
    if (read.rows.length === 0 && page <= expected) read = await reader.again(page);
    total = read.total ?? total;
    fullest = Math.max(fullest, read.rows.length);
    const lastPage = lastPageOf(total, sizeNow(size, fullest, page - start));
    const fresh = log.enter(page, read);
    options.onPage?.({ page, lastPage: Math.max(page, lastPage), rows: log.rows, total });
    useless = fresh === 0 ? useless + 1 : 0;
    // Where no total is declared, a second useless page is the second sign.
    if (fresh === 0 && page > lastPage && (total !== undefined || useless === 2)) break;
    if (read.rows.length === 0) emptySince ??= page;
    else [hole, emptySince] = [hole ?? emptySince, undefined];
    if (useless === MAX_USELESS_PAGES || (total !== undefined && page > 3 * lastPage + 100)) {
      if (batch.length > 0) yield { rows: batch, plan, skipParts };
      return { outcome: 'incomplete', reason: gaveUp(read, page, lastPage), ...declared(total) };
    }
    batch.push(...read.rows);
    if (start === 1) newest.raise(read.rows);
    if (page % plan.pages === 0) {
      yield { rows: batch, plan, skipParts };
      batch = [];
      skipParts = 0;
    }
  }
  if (batch.length > 0) yield { rows: batch, plan, skipParts };
  if (hole !== undefined) {
    const reason = `Page ${hole} came empty, though later ones did not.`;
    return { outcome: 'incomplete', reason, ...declared(total) };
  }
  const proof = await proveWalk({
    log,
    again: (number) => reader.again(number),
    totalAtStart: first.total,
    firstPageKeys: new Set(first.keys),
    pageSize: size,
    lastPage: page - 1,
    parallel: options.parallel,
    resumed: start > 1,
    usualExcess: options.known.totalExcess,
  });
  total = proof.total ?? total;
  const rows = [...proof.rows];
  if (start > 1) {
    const earlier = await earlierPages(reader, start, plan);
    rows.push(...earlier.rows);
    // The head as it was in between may hold rows that nobody met, but only below those that were handed out just now.
    newest.raiseTo(oldestAdded(earlier.top, options.now));
  } else newest.raise(proof.rows);
  if (rows.length > 0) yield { rows, plan: planOfFindings(rows.length), skipParts: 0 };
  return {
    outcome: proof.drifted ? 'drifted' : 'complete',
    ...(proof.reason === undefined ? {} : { reason: proof.reason }),
    ...declared(total),
    ...(proof.drifted || newest.value === undefined ? {} : { frontier: newest.value }),
    ...(proof.excess === undefined ? {} : { totalExcess: proof.excess }),
  };
}

/** Batches of an earlier life, as they are now: the newest rows, and what slid up into the batch before this life's first. */
async function earlierPages(
  reader: PageReader,
  start: number,
  plan: BatchPlan,
): Promise<{ rows: unknown[]; top: unknown[] }> {
  const top: unknown[] = [];
  for (let page = 1; page <= plan.pages; page++) top.push(...(await reader.again(page)).rows);
  const rows = [...top];
  for (let page = Math.max(plan.pages + 1, start - plan.pages); page < start; page++) {
    rows.push(...(await reader.again(page)).rows);
  }
  return { rows, top };
}

/** Pages that may be under way or wait: enough to keep the requests going while a consumer pauses, and never many rows. */
function lookAhead(parallel: number, pageSize: number): number {
  const enough = Math.max(PAGES_PER_BATCH, parallel * 8);
  return Math.max(parallel * 2, Math.min(enough, Math.floor(MAX_ROWS_AHEAD / pageSize)));
}

/** After some pages, what they hold says more than what the portal declares. */
function sizeNow(declared: number, fullest: number, pagesRead: number): number {
  return pagesRead < 3 || fullest === 0 ? Math.max(declared, fullest) : fullest;
}

function emptyList(first: ListPage): WalkEnd {
  if (first.total === 0) return { outcome: 'complete', declaredTotal: 0 };
  return {
    outcome: 'incomplete',
    reason:
      first.total === undefined
        ? 'The list came empty, without saying that it is.'
        : `The list came empty, though the portal counts ${first.total} rows.`,
    ...declared(first.total),
  };
}

function gaveUp(read: ListPage, page: number, lastPage: number): string {
  if (read.rows.length === 0)
    return `The list broke off at page ${page} of ${lastPage}: the pages came empty.`;
  return page > lastPage
    ? `The list goes on and on behind its last page ${lastPage}.`
    : `The portal repeats the same rows at page ${page} of ${lastPage}: it may ignore the page number.`;
}

function declared(total: number | undefined): { declaredTotal?: number } {
  return total === undefined ? {} : { declaredTotal: total };
}
