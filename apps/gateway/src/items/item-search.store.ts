import { Injectable } from '@nestjs/common';
import type { ProviderId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import { itemQuery, type ItemFilter } from '@catalogue-sync/item-search';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { firstWordSql, termsSql, walkSql, type PageParameters } from './item-page-sql.js';

/** Entries that are looked through in order before the index is asked: a few milliseconds. */
const WALKED_ENTRIES = 2_000;
/** As many are, where the first ones let expect a page in them: still quicker than the index, most of all where it has to come from the disk. */
const MAX_WALKED_ENTRIES = 10_000;
/** How much rarer what is looked for may become on the way. */
const RESERVE = 1.25;
/** Characters of a word that items are looked for by as the first of their names: names are kept to be sorted up to twice that. */
const MAX_FIRST_WORD = 100;
const PAST_ANY_CHARACTER = String.fromCodePoint(0x10_ffff);
/** Bytes of items after which a page ends. */
const MAX_PAGE_BYTES = 4_000_000;

/** Where a page ended. */
export interface ItemPlace {
  /** The value that is sorted by. */
  place: string;
  id: string;
}

export interface ItemPageRequest {
  filter: ItemFilter;
  order: ItemOrder;
  after: ItemPlace | undefined;
  limit: number;
}

export interface ItemPage {
  /** Raw JSON texts. */
  items: string[];
  /** Where it ended; undefined when nothing follows. */
  end: ItemPlace | undefined;
}

interface PageRow {
  /** Whether the page is right: what was looked through is enough to say so. */
  whole: boolean;
  /** Entries of the page, and one more where more follow; large items cut it short. */
  found: number;
  item_id: string | null;
  place: string;
  payload: string;
}

/** Items as they stand now, found and sorted by the narrow rows that the snapshot service keeps of them. */
@Injectable()
export class ItemSearchStore {
  constructor(private readonly database: ReadOnlyDatabase) {}

  /**
   * A page by key. What many items have is found by walking in order, and what few have by the index over terms. What many have that stand together, such as
   * a language in front of their names, is found by walking from where names begin with it; the index tells the others. Which of the three it is shows by
   * trying: the planner cannot know how often terms come together, nor where in the order they stand.
   */
  async page(provider: ProviderId, request: ItemPageRequest): Promise<ItemPage> {
    const { order, after, limit } = request;
    const query = itemQuery(provider, request.filter);
    const parameters: PageParameters = [provider, query?.terms ?? null, limit + 1, MAX_PAGE_BYTES];
    const place = after === undefined ? [] : [after.place, after.id];
    const hasPlace = after !== undefined;
    const walk = (entries: number) =>
      this.database.queryInOrder<PageRow>(walkSql(order, hasPlace), [...parameters, entries, ...place]);
    if (query === undefined) return pageOf(await walk(limit + 1), limit);
    const walked = await walkAsFarAsItPays(walk, limit);
    if (walked !== undefined) return pageOf(walked, limit);
    const { firstWord, laterTerms } = query;
    if (order.endsWith('name') && firstWord !== undefined && firstWord.length <= MAX_FIRST_WORD) {
      const range = [firstWord, firstWord + PAST_ANY_CHARACTER, laterTerms];
      const near = await walkAsFarAsItPays(
        (entries) =>
          this.database.queryInOrder<PageRow>(firstWordSql(order, hasPlace), [
            ...parameters,
            entries,
            ...range,
            ...place,
          ]),
        limit,
      );
      if (near !== undefined) return pageOf(near, limit);
    }
    const found = await this.database.query<PageRow>(termsSql(order, hasPlace), [...parameters, ...place]);
    return pageOf(found, limit);
  }
}

/** Undefined where the index is likely to be quicker. */
async function walkAsFarAsItPays(
  walk: (entries: number) => Promise<PageRow[]>,
  limit: number,
): Promise<PageRow[] | undefined> {
  const isWhole = (rows: PageRow[]) => rows[0]?.whole === true;
  const first = await walk(WALKED_ENTRIES);
  if (isWhole(first)) return first;
  const needed = Math.ceil((RESERVE * WALKED_ENTRIES * (limit + 1)) / (first[0]?.found ?? 0));
  if (needed > MAX_WALKED_ENTRIES) return undefined;
  const further = await walk(needed);
  return isWhole(further) ? further : undefined;
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
