import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import { itemQuery, namesBeginningWith } from '@catalogue-sync/item-search';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import {
  canWalkFromFirstWord,
  PageStatements,
  type ItemPageRequest,
  type ItemPlace,
  type PageRow,
} from './page-statements.js';

/** Entries that are looked through in order before the index is asked: a few milliseconds. */
const WALKED_ENTRIES = 2_000;
/** As many are, where the first ones let expect a page in them: still quicker than the index, most of all where it has to come from the disk. */
const MAX_WALKED_ENTRIES = 10_000;
/** How much rarer what is looked for may become on the way. */
const RESERVE = 1.25;
/**
 * Entries that the index reads to be sorted in some 20 ms. Of more, it is tried first whether those of the next letters do, as long as no more names
 * begin with them.
 */
const MANY_ENTRIES = 20_000;

export interface ItemPage {
  /** Raw JSON texts. */
  items: string[];
  /** Where it ended; undefined when nothing follows. */
  end: ItemPlace | undefined;
}

/** Items as they stand now, found and sorted by the narrow rows that the snapshot service keeps of them. */
@Injectable()
export class ItemSearchStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /**
   * A page by key. What many items have is found by walking in order, and what few have by the index over terms. What many have that stand together, such as
   * a language in front of their names, is found by walking from where names begin with it; the index tells the others. What very many have that stand late
   * among names with the same language is looked for by the index among the names that begin with the next letters, before it reads all. Which of them it is
   * shows by trying: the planner cannot know how often terms come together, nor where in the order they stand.
   */
  async page(provider: ProviderId, request: ItemPageRequest): Promise<ItemPage> {
    const { order, limit } = request;
    const query = itemQuery(provider, request.filter);
    const pages = new PageStatements(this.database, provider, request);
    if (query === undefined) return pageOf(await pages.walk(null, limit + 1), limit);
    const { terms, conditions } = query;
    const walked = await walkAsFarAsItPays((entries) => pages.walk(terms, entries), limit);
    if (isWhole(walked)) return pageOf(walked, limit);
    if (order.endsWith('name')) {
      // What has a single word in common, and does not stand here, stands mostly where names begin with it.
      if (conditions > 1 && (await pages.expected(terms)) > MANY_ENTRIES) {
        const letters = await pages.firstLetters(MANY_ENTRIES);
        const next =
          letters.length === 0
            ? []
            : await pages.byTerms(`${terms} & ${namesBeginningWith(provider, letters)}`);
        if ((next[0]?.found ?? 0) > limit) return pageOf(next, limit);
      }
      if (canWalkFromFirstWord(query)) {
        const near = await walkAsFarAsItPays((entries) => pages.walkFromFirstWord(query, entries), limit);
        if (isWhole(near)) return pageOf(near, limit);
      }
    }
    return pageOf(await pages.byTerms(terms), limit);
  }
}

/** Not whole where the index is likely to be quicker. */
async function walkAsFarAsItPays(
  walk: (entries: number) => Promise<PageRow[]>,
  limit: number,
): Promise<PageRow[]> {
  const first = await walk(WALKED_ENTRIES);
  if (isWhole(first)) return first;
  const needed = Math.ceil((RESERVE * WALKED_ENTRIES * (limit + 1)) / (first[0]?.found ?? 0));
  return needed > MAX_WALKED_ENTRIES ? first : walk(needed);
}

function isWhole(rows: readonly PageRow[]): boolean {
  return rows[0]?.whole === true;
}

function pageOf(rows: readonly PageRow[], limit: number): ItemPage {
  const shown = rows.filter((row) => row.item_id !== null).slice(0, limit);
  const last = shown.at(-1);
  const hasMore = last !== undefined && (rows[0]?.found ?? 0) > shown.length;
  return {
    items: shown.map((row) => row.payload),
    end: hasMore ? { place: last.place, id: String(last.item_id) } : undefined,
  };
}
