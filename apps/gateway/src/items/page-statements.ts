import type { ProviderId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import type { ItemFilter, ItemQuery } from '@catalogue-sync/item-search';
import type { ReadOnlyDatabase } from '../database/read-only-database.js';
import {
  EXPECTED_SQL,
  firstLettersSql,
  firstWordSql,
  termsSql,
  walkSql,
  type PageParameters,
} from './item-page-sql.js';

/** Characters of a word that items are looked for by as the first of their names: names are kept to be sorted up to twice that. */
const MAX_FIRST_WORD = 100;
const PAST_ANY_CHARACTER = String.fromCodePoint(0x10_ffff);
/** Letters that names are looked for by at once. */
const MAX_LETTERS = 64;
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

export interface PageRow {
  /** Whether the page is right: what was looked through is enough to say so. */
  whole: boolean;
  /** Entries of the page, and one more where more follow; large items cut it short. */
  found: number;
  item_id: string | null;
  place: string;
  payload: string;
}

interface PlanRow {
  'QUERY PLAN': { Plan: { 'Plan Rows': number } }[];
}

export type FirstWordQuery = ItemQuery & { firstWord: string };

export function canWalkFromFirstWord(query: ItemQuery): query is FirstWordQuery {
  return query.firstWord !== undefined && query.firstWord.length <= MAX_FIRST_WORD;
}

/** The ways to a page that was asked for. `terms` is a `tsquery`. */
export class PageStatements {
  private readonly place: string[];

  constructor(
    private readonly database: ReadOnlyDatabase,
    private readonly provider: ProviderId,
    private readonly request: ItemPageRequest,
  ) {
    this.place = request.after === undefined ? [] : [request.after.place, request.after.id];
  }

  /** Looks through so many entries in order. */
  walk(terms: string | null, entries: number): Promise<PageRow[]> {
    return this.database.queryInOrder(this.sql(walkSql), [...this.parameters(terms), entries, ...this.place]);
  }

  /** Looks through so many entries from where names begin with the first word, and reads the others that have it. */
  walkFromFirstWord({ terms, firstWord, laterTerms }: FirstWordQuery, entries: number): Promise<PageRow[]> {
    const range = [firstWord, firstWord + PAST_ANY_CHARACTER, laterTerms];
    return this.database.queryInOrder(this.sql(firstWordSql), [
      ...this.parameters(terms),
      entries,
      ...range,
      ...this.place,
    ]);
  }

  /**
   * The letters that the next names begin with, without a gap: those of so many entries at most, but the first one in any case. '' stands for
   * names of signs only, of which no term tells.
   */
  async firstLetters(entries: number): Promise<string[]> {
    const rows = await this.database.queryInOrder<{ letter: string }>(this.sql(firstLettersSql), [
      this.provider,
      entries,
      MAX_LETTERS,
      ...this.place,
    ]);
    return rows.map(({ letter }) => letter);
  }

  /** Reads all that has the terms. */
  byTerms(terms: string): Promise<PageRow[]> {
    return this.database.query(this.sql(termsSql), [...this.parameters(terms), ...this.place]);
  }

  /** Entries that the terms find, about. */
  async expected(terms: string): Promise<number> {
    const [row] = await this.database.query<PlanRow>(EXPECTED_SQL, [terms]);
    return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
  }

  private sql(statement: typeof walkSql): string {
    return statement(this.request.order, this.place.length > 0);
  }

  private parameters(terms: string | null): PageParameters {
    return [this.provider, terms, this.request.limit + 1, MAX_PAGE_BYTES];
  }
}
