import type { ListPage } from './list-page.js';

export type FetchPage = (page: number, signal: AbortSignal) => Promise<ListPage>;

/**
 * Reads pages in order while the next ones are on their way. At most `lookAhead` pages are under way or wait to be taken; how many
 * requests run at once is the limiter's business.
 */
export class PageReader {
  private readonly pages = new Map<number, Promise<ListPage>>();
  private readonly stop = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    private readonly fetchPage: FetchPage,
    private readonly lookAhead: number,
    signal: AbortSignal,
  ) {
    this.signal = AbortSignal.any([signal, this.stop.signal]);
  }

  /** A page, and a start on those after it up to `last`. */
  take(page: number, last: number): Promise<ListPage> {
    const taken = this.start(page);
    this.pages.delete(page);
    for (let next = page + 1; next < page + this.lookAhead && next <= last; next++) this.keep(next);
    return taken;
  }

  /** A page asked for anew, whatever was read before. */
  again(page: number): Promise<ListPage> {
    return this.fetchPage(page, this.signal);
  }

  /** Gives up what is on its way. */
  close(): void {
    this.stop.abort(new Error('The walk ended.'));
    this.pages.clear();
  }

  private keep(page: number): void {
    if (!this.pages.has(page)) this.pages.set(page, this.start(page));
  }

  private start(page: number): Promise<ListPage> {
    const known = this.pages.get(page);
    if (known !== undefined) return known;
    const promise = this.fetchPage(page, this.signal);
    // It fails to whom it is handed; until then nobody listens.
    promise.catch(() => undefined);
    return promise;
  }
}
