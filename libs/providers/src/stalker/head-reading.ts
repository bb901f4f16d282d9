import { lastPageOf, pageSizeOf, type ListPage } from './list-page.js';
import { PageReader } from './page-reader.js';
import type { WalkOptions } from './walk-list.js';
import { WalkLog } from './walk-log.js';

/** Pages in a row without a new row that a list which is growing may bring. */
const MAX_USELESS_PAGES = 3;
/** Pages on their way at once, beyond what the limiter lets through. */
const LOOK_AHEAD = 100;

export interface HeadPage {
  rows: unknown[];
  /** Those that did not come before. */
  fresh: unknown[];
}

/** Reads the pages of a head walk, so many at a time and none ahead of that, and notices where the list ends or makes no sense. */
export class HeadReading {
  readonly log = new WalkLog();
  /** The last page that was read. */
  page = 0;
  /** As it was told last. */
  total: number | undefined;
  /** The list has no more pages. */
  ended = false;
  /** Why the walk cannot go on, in words. */
  broken: string | undefined;
  /** The last page with a row that may be new; at least 1. */
  lastWithNew = 1;
  /** How often a row that may be new came again: with equal dates, each time in the place of another one. */
  repeats = 0;
  private readonly reader: PageReader;
  private useless = 0;

  constructor(
    private readonly options: Pick<WalkOptions, 'fetchPage' | 'signal' | 'onPage'> & { first: ListPage },
    /** Whether a row may be new, by its date. */
    readonly mayBeNew: (row: unknown) => boolean,
  ) {
    this.reader = new PageReader(options.fetchPage, LOOK_AHEAD, options.signal);
    this.total = options.first.total;
  }

  /** The next pages, as far as there are any. */
  async next(count: number): Promise<HeadPage[]> {
    const pages: HeadPage[] = [];
    const last = this.page + count;
    while (this.page < last && !this.ended && this.broken === undefined) {
      const read = await this.read(this.page + 1, last);
      this.page++;
      const fresh = read.rows.filter((_row, index) => !this.log.seen.has(read.keys[index] as number));
      const young = read.rows.filter(this.mayBeNew).length;
      if (young > 0) this.lastWithNew = this.page;
      this.repeats += young - fresh.filter(this.mayBeNew).length;
      this.useless = this.log.enter(this.page, read) === 0 ? this.useless + 1 : 0;
      this.total = read.total ?? this.total;
      pages.push({ rows: read.rows, fresh });
      this.options.onPage?.({ page: this.page, rows: this.log.rows });
      this.judge(read);
    }
    return pages;
  }

  /** A page asked for anew, whatever was read before. */
  again(page: number): Promise<ListPage> {
    return this.reader.again(page);
  }

  /** Gives up what is on its way. */
  close(): void {
    this.reader.close();
  }

  private async read(page: number, last: number): Promise<ListPage> {
    if (page === 1) return this.options.first;
    const read = await this.reader.take(page, Math.min(last, this.lastPage));
    // An overloaded portal may answer with nothing once.
    return read.rows.length === 0 && page <= this.lastPage ? this.reader.again(page) : read;
  }

  private judge(read: ListPage): void {
    if (this.page >= this.lastPage) this.ended = true;
    else if (read.rows.length === 0) this.broken = `Page ${this.page} came empty, though it is not the last.`;
    else if (this.useless === MAX_USELESS_PAGES) {
      this.broken = `The portal repeats the same rows at page ${this.page}: it may ignore the page number.`;
    }
  }

  /** Without a total, the end is where a page comes empty. */
  private get lastPage(): number {
    return this.total === undefined ? Infinity : lastPageOf(this.total, pageSizeOf(this.options.first));
  }
}
