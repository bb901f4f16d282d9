import { Injectable } from '@nestjs/common';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { firstWordSql, termsSql, walkSql, type PageParameters } from './item-page-sql.js';

/** Entries that are looked through in order before the index over terms is asked: a few milliseconds. */
const WALKED_ENTRIES = 5_000;
/** Characters of a word that items are looked for by as the first of their names: names are kept to be sorted up to twice that. */
const MAX_FIRST_WORD = 100;
const PAST_ANY_CHARACTER = String.fromCodePoint(0x10_ffff);
/** Bytes of items after which a page ends. */
const MAX_PAGE_BYTES = 4_000_000;

/** What is asked for; absent is not asked for. */
export interface ItemFilter {
  /** Words of the name or original name, by their beginnings. */
  words?: string | undefined;
  kind?: ItemKind | undefined;
  genre?: string | undefined;
  year?: number | undefined;
  /** A category's id; '' for items without one. */
  category?: string | undefined;
}

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

const TERMS = `
  select snapshot.item_query($1, $2, $3, $4, $5, $6)::text as terms,
         snapshot.later_item_query($1, $2, $3, $4, $5, $6)::text as "laterTerms",
         (snapshot.words_of(snapshot.folded($2)))[1] as "firstWord"`;

/** The queries over terms; null where nothing is asked for. */
interface ItemTerms {
  terms: string | null;
  /** Without the items whose name begins with the first word. */
  laterTerms: string | null;
  /** As names are sorted by it. */
  firstWord: string | null;
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
    const { terms, laterTerms, firstWord } = await this.termsOf(provider, request.filter);
    const parameters: PageParameters = [provider, terms, limit + 1, MAX_PAGE_BYTES];
    const place = after === undefined ? [] : [after.place, after.id];
    const walk = terms === null ? limit + 1 : WALKED_ENTRIES;
    const walked = await this.database.queryInOrder<PageRow>(walkSql(order, after !== undefined), [
      ...parameters,
      walk,
      ...place,
    ]);
    if (terms === null || walked[0]?.whole === true) return pageOf(walked, limit);
    if (order.endsWith('name') && firstWord !== null && firstWord.length <= MAX_FIRST_WORD) {
      const range = [firstWord, firstWord + PAST_ANY_CHARACTER, laterTerms];
      const near = await this.database.queryInOrder<PageRow>(firstWordSql(order, after !== undefined), [
        ...parameters,
        walk,
        ...range,
        ...place,
      ]);
      if (near[0]?.whole === true) return pageOf(near, limit);
    }
    const found = await this.database.query<PageRow>(termsSql(order, after !== undefined), [
      ...parameters,
      ...place,
    ]);
    return pageOf(found, limit);
  }

  private async termsOf(provider: ProviderId, filter: ItemFilter): Promise<ItemTerms> {
    const [row] = await this.database.query<ItemTerms>(TERMS, [
      provider,
      filter.words,
      filter.kind,
      filter.genre,
      filter.year,
      filter.category,
    ]);
    return row!;
  }
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
