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
  /** What the total was off by when the list was last read completely; undefined when that is not known. */
  usualExcess: number | undefined;
}

export interface Proof {
  drifted: boolean;
  /** In words, when drifted. */
  reason?: string;
  /** Rows that the walk itself did not meet. */
  rows: unknown[];
  /** The total as it is now. */
  total: number | undefined;
  /** What the total is off by, where the list stood still or only grew, and reads the same again. */
  excess?: number;
}

/**
 * Looks, after a walk to the end of a newest-first list, whether the list changed under it in a way that may have hidden rows (PROVIDERS A.6,
 * A.12; DESIGN 5). New rows at the head push others down, so they are met twice and none is missed. A row that went away pulls one up
 * across the border between two pages: such borders show by a falling total, and are read again. Rows with equal dates may change places
 * between two requests: pages with repeats are read again while rows are missing, and so are pages that came short. A total that is off by
 * what it was off by before is the portal's habit, as it is of portals that count rows which they do not show.
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
    const missing = input.resumed ? 0 : (head.total ?? 0) - log.seen.size - (input.usualExcess ?? 0);
    if (missing > 0) {
      return {
        ...found,
        drifted: true,
        reason: `The list changed under the walk: ${missing} of its rows were not met.`,
      };
    }
    return found;
  }
  return input.resumed || head.total === undefined ? found : settleTotal(input, found, head.total);
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

/**
 * The total stood still. Where it is off, rows may have come twice in the place of others, because equal dates changed places or the portal
 * lists some rows twice, or pages came short, because the portal counts rows that it does not show or had a bad moment. Such pages are
 * read again: what reads the same twice is how the list is.
 */
async function settleTotal(input: ProofInput, found: Proof, total: number): Promise<Proof> {
  const { log, usualExcess } = input;
  const excess = () => total - log.seen.size;
  const settled = () => ({ ...found, excess: excess() });
  const isUsual = () => excess() === usualExcess || excess() <= Math.min(0, usualExcess ?? 0);
  if (isUsual()) return settled();
  const suspects = suspectPages(input, total);
  if (suspects === undefined) {
    return { ...found, drifted: true, reason: 'Too many rows came twice while others are missing.' };
  }
  let steady = false;
  for (let round = 0; round < MAX_ROUNDS && !steady; round++) {
    steady = true;
    for (const page of suspects) {
      const read = await input.again(page);
      steady = log.readsTheSame(page, read.keys) && steady;
      found.rows.push(...log.takeUnseen(read));
      if (isUsual()) return settled();
    }
  }
  if (!steady) {
    const reason = `The order of the list changes from request to request: ${excess()} of its rows were not met.`;
    return { ...found, drifted: true, reason };
  }
  if (usualExcess === undefined || excess() < usualExcess) return settled();
  const reason = `The portal counts ${total} rows and lists ${log.seen.size}; so far the two differed by ${usualExcess}.`;
  return { ...settled(), drifted: true, reason };
}

/** Pages to read again, at most MAX_EXTRA_PAGES; undefined when too many held repeats. */
function suspectPages({ log, lastPage }: ProofInput, total: number): number[] | undefined {
  const aroundRepeats = log.pagesWithRepeats.flatMap((page) => [page - 1, page, page + 1]);
  const suspects = new Set(aroundRepeats.filter((page) => page >= 1 && page <= lastPage));
  if (suspects.size > MAX_EXTRA_PAGES) return undefined;
  const short = log.shortPages(total).filter((page) => !suspects.has(page));
  // A portal that hides rows on most of its pages is believed by a sample of them.
  const step = Math.max(1, Math.ceil(short.length / Math.max(1, MAX_EXTRA_PAGES - suspects.size)));
  for (let at = 0; at < short.length && suspects.size < MAX_EXTRA_PAGES; at += step) {
    suspects.add(short[at] as number);
  }
  return [...suspects].sort((a, b) => a - b);
}

function firstRows(page: ListPage, count: number): ListPage {
  return { ...page, rows: page.rows.slice(0, count), keys: page.keys.slice(0, count) };
}
