import type { ListPage } from './list-page.js';
import type { WalkLog } from './walk-log.js';

/** Pages that may be read again to explain a change; a list that is livelier than that is not proved today. */
const MAX_EXTRA_PAGES = 200;
const MAX_HEAD_PAGES = 20;
const MAX_ROUNDS = 3;

export interface ProofInput {
  log: WalkLog;
  /** Asks for a page anew. */
  again: (page: number) => Promise<ListPage>;
  /** Total before the first page of this walk was taken. */
  totalAtStart: number | undefined;
  /** Page 1 as it was then. */
  firstPageKeys: ReadonlySet<number>;
  pageSize: number;
  lastPage: number;
  /** Requests that may have been under way at once: how far apart in time neighbouring pages may be. */
  parallel: number;
  /** Pages before the first one were read in an earlier life, whose rows are not remembered. */
  resumed: boolean;
}

export interface Proof {
  drifted: boolean;
  /** In words, when drifted. */
  reason?: string;
  /** Rows that the walk itself did not meet. */
  rows: unknown[];
  /** The total as it is now. */
  total: number | undefined;
}

/**
 * Looks, after a walk to the end of a newest-first list, whether the list changed under it in a way that may have hidden rows (PROVIDERS A.6,
 * A.12; DESIGN 5). New rows at the head push others down, so they are met twice and none is missed. A row that went away pulls one up
 * across the border between two pages: such borders show by a falling total, and are read again. Rows with equal dates may change places
 * between two requests: pages with repeats are read again while rows are missing.
 */
export async function proveWalk(input: ProofInput): Promise<Proof> {
  const { log, totalAtStart } = input;
  const head = await readHead(input);
  const found: Proof = { drifted: false, rows: head.rows, total: head.total };
  const grown = (head.total ?? 0) - (totalAtStart ?? 0);
  const explained = grown === head.rows.length && log.fallen === 0;
  if (!explained) {
    if (head.rows.length - grown > log.fallen) {
      return { ...found, drifted: true, reason: 'Rows went away under the walk, nobody knows where.' };
    }
    const borders = [...log.borders, ...(head.total === undefined ? [] : [input.lastPage])];
    const window =
      input.parallel + Math.ceil((head.rows.length + log.fallen + Math.abs(grown)) / input.pageSize) + 1;
    const reread = await readAround(input, borders, window, head.total);
    found.rows.push(...reread.rows);
    if (reread.reason !== undefined) return { ...found, drifted: true, reason: reread.reason };
    // Nothing can have fallen out unseen where rows only came; but then their number must be right.
    const missing = input.resumed ? 0 : (head.total ?? 0) - log.seen.size;
    if (missing > 0) {
      return {
        ...found,
        drifted: true,
        reason: `The list changed under the walk: ${missing} of its rows were not met.`,
      };
    }
    return found;
  }
  return input.resumed ? found : settleRepeats(input, found);
}

/** The first pages again, as far as they hold rows that were not met. */
async function readHead(input: ProofInput): Promise<{ rows: unknown[]; total: number | undefined }> {
  const rows: unknown[] = [];
  let total: number | undefined;
  for (let page = 1; page <= MAX_HEAD_PAGES; page++) {
    const read = await input.again(page);
    total = read.total ?? total;
    const known = read.keys.findIndex((key) => input.firstPageKeys.has(key) || input.log.seen.has(key));
    // Behind a resumed walk's own pages nothing is remembered: what follows the first known row is old.
    const part = input.resumed && known >= 0 ? firstRows(read, known) : read;
    const fresh = input.log.takeUnseen(part);
    rows.push(...fresh);
    if (fresh.length < read.rows.length || read.rows.length === 0) break;
  }
  return { rows, total };
}

async function readAround(
  input: ProofInput,
  borders: readonly number[],
  window: number,
  total: number | undefined,
): Promise<{ rows: unknown[]; reason?: string }> {
  const pages = new Set<number>();
  for (const border of borders) {
    const from = Math.max(1, border - 1 - window);
    const to = Math.min(input.lastPage, border + window);
    for (let page = from; page <= to; page++) pages.add(page);
    if (pages.size > MAX_EXTRA_PAGES) {
      return { rows: [], reason: 'The list changed too often while it was walked.' };
    }
  }
  const rows: unknown[] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const read = await input.again(page);
    if (read.total !== total) return { rows, reason: 'The list keeps changing while it is read again.' };
    rows.push(...input.log.takeUnseen(read));
  }
  return { rows };
}

/** Rows repeat and others are missing while the total stood still: equal dates change places, or the portal lists some rows twice. */
async function settleRepeats(input: ProofInput, found: Proof): Promise<Proof> {
  const { log } = input;
  const missing = () => (found.total ?? 0) - log.seen.size;
  if (missing() <= 0 || log.repeats === 0) return found;
  const pages = new Set(log.pagesWithRepeats.flatMap((page) => [page - 1, page, page + 1]));
  const suspects = [...pages].filter((page) => page >= 1 && page <= input.lastPage);
  if (suspects.length > MAX_EXTRA_PAGES) {
    return { ...found, drifted: true, reason: 'Too many rows came twice while others are missing.' };
  }
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let steady = true;
    for (const page of suspects) {
      const read = await input.again(page);
      steady &&= log.readsTheSame(page, read.keys);
      found.rows.push(...log.takeUnseen(read));
      if (missing() <= 0) return found;
    }
    if (steady) return found;
  }
  return {
    ...found,
    drifted: true,
    reason: `The order of the list changes from request to request: ${missing()} of its rows were not met.`,
  };
}

function firstRows(page: ListPage, count: number): ListPage {
  return { ...page, rows: page.rows.slice(0, count), keys: page.keys.slice(0, count) };
}
