import { Injectable } from '@nestjs/common';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import type { ItemOrder } from '@catalogue-sync/contracts/rest';
import { ReadOnlyDatabase } from '../database/read-only-database.js';
import { termsSql, walkSql, type PageParameters } from './item-page-sql.js';

/** Entries that are looked through in order before the index over terms is asked: a few milliseconds. */
const WALKED_ENTRIES = 5_000;
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
  /** Entries that were looked through. */
  walked: number;
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
   * A page by key. What many items have is found by walking in order, and what few have by the index over terms. Which of the two it is shows by
   * trying: the planner cannot know how often terms come together, nor where in the order they stand.
   */
  async page(provider: ProviderId, request: ItemPageRequest): Promise<ItemPage> {
    const { order, after, limit } = request;
    const terms = await this.termsOf(provider, request.filter);
    const parameters: PageParameters = [provider, terms, limit + 1, MAX_PAGE_BYTES];
    const place = after === undefined ? [] : [after.place, after.id];
    const walk = terms === null ? limit + 1 : WALKED_ENTRIES;
    const walked = await this.database.query<PageRow>(walkSql(order, after !== undefined), [
      ...parameters,
      walk,
      ...place,
    ]);
    const [first] = walked;
    const isWhole = first === undefined || first.found > limit || first.walked < walk;
    if (terms === null || isWhole) return pageOf(walked, limit);
    const found = await this.database.query<PageRow>(termsSql(order, after !== undefined), [
      ...parameters,
      ...place,
    ]);
    return pageOf(found, limit);
  }

  /** The query over terms; null when nothing is asked for. */
  private async termsOf(provider: ProviderId, filter: ItemFilter): Promise<string | null> {
    const [row] = await this.database.query<{ terms: string | null }>(
      'select snapshot.item_query($1, $2, $3, $4, $5, $6)::text as terms',
      [provider, filter.words, filter.kind, filter.genre, filter.year, filter.category],
    );
    return row?.terms ?? null;
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
