import type { CatalogueConfig } from '../catalogue/catalogue-config.js';
import type { QuirkBook } from '../quirks/quirk-book.js';
import { pageNumber, pageSlice, type PageSlice } from './page.js';

/** What one page of a list shows. */
export interface ListPage extends PageSlice {
  /** Rows of a whole page. */
  size: number;
  /** Items that do not exist and are shown all the same: so many, from a position counted from the end of the list. */
  invented?: { from: number; count: number };
}

/** Cuts lists into pages, and writes what stands around their rows, as this portal does it: its family's way, or another maker's. */
export class Pager {
  #written = 0;

  constructor(
    private readonly config: CatalogueConfig,
    private readonly quirks: QuirkBook,
  ) {}

  /** The positions that page `p` of a list shows. */
  page(total: number, p: string | null): ListPage {
    const { listing = {} } = this.quirks.now;
    const size = listing.pageSize ?? this.config.pageSize;
    const last = Math.max(1, Math.ceil(total / size));
    let page = listing.ignorePage === true ? 1 : pageNumber(p);
    if (listing.repeatPage !== undefined && page === listing.repeatPage + 1) page = listing.repeatPage;
    if (page > last && listing.pastEnd === 'invent')
      return { from: total, to: total, size, invented: { from: (page - last - 1) * size, count: size } };
    if (page > last && listing.pastEnd === 'repeat-last') page = last;
    if (page > last && listing.pastEnd === 'wrap') page = ((page - 1) % last) + 1;
    const { from, to } = pageSlice(total, size, String(page));
    const short = listing.shortPage;
    return { from, to: short?.page === page ? Math.min(to, from + short.rows) : to, size };
  }

  /** The page's JSON. The total comes as a string from a portal's database, as a number from a panel. */
  json({ from, size }: ListPage, total: number, rows: readonly string[]): string {
    const { listing = {} } = this.quirks.now;
    const data = dataJson(listing.dataShape, rows, from);
    const told = this.#total(total);
    this.#written += 1;
    if (listing.dataShape === 'bare') return data;
    const members = [
      told,
      pageSizeMember(listing.pageSizeMember, size, rows.length),
      '"selected_item":0,"cur_page":0',
      `"data":${data}`,
    ];
    return `{${members.filter((member) => member !== '').join(',')}}`;
  }

  #total(total: number): string {
    const { totalType, totalOffset = 0, totalDrift = 0 } = this.quirks.now.listing ?? {};
    if (totalType === 'missing') return '';
    const told = Math.max(0, total + totalOffset + totalDrift * this.#written);
    const type = totalType ?? (this.config.profile === 'genuine' ? 'string' : 'number');
    return `"total_items":${type === 'string' ? `"${told}"` : told}`;
  }
}

function pageSizeMember(form: string | undefined, size: number, rows: number): string {
  if (form === 'missing') return '';
  return `"max_page_items":${form === 'zero' ? 0 : form === 'rows' ? rows : size}`;
}

/** PHP writes an array with gaps as an object: by position in the list, or by id. */
function dataJson(shape: string | undefined, rows: readonly string[], from: number): string {
  if (shape === 'keyed-by-index') return `{${rows.map((row, i) => `"${from + i + 1}":${row}`).join(',')}}`;
  if (shape === 'keyed-by-id')
    return `{${rows.map((row) => `"${/"id":"?([^",}]*)/.exec(row)?.[1] ?? ''}":${row}`).join(',')}}`;
  return `[${rows.join(',')}]`;
}
