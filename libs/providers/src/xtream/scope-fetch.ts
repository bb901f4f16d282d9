import type { PageRowType, Scope } from '@catalogue-sync/contracts';
import type { ProviderHttp } from '../http/provider-http.js';
import type { FetchedPage, FetchScopeOptions, RowMemoryStore, ScopeEnd } from '../port.js';
import { LearnedRows } from '../row-memory/learned-rows.js';
import { RowMemory } from '../row-memory/row-memory.js';
import { SievedList } from '../row-memory/sieved-list.js';
import { xtreamItemId } from '../rows/xtream-rows.js';
import type { SecretReplacer } from '../secrets/secret-replacer.js';
import { memoryOf, notModified, type ListMemory } from '../spool/list-memory.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import type { SpoolFile } from '../spool/spool-file.js';
import { ScopeDownload, type CategoryPages, type ItemList } from './scope-download.js';
import { listOfScope } from './scope-lists.js';

/** What the scopes of a panel have in common. */
export interface ScopeSource {
  http: ProviderHttp;
  secrets: SecretReplacer;
  /** Of what a run leaves behind. */
  key: string;
  rowMemory: RowMemoryStore | undefined;
  log: ((line: string) => void) | undefined;
  makeSpool(): Promise<SpoolFile>;
  url(action: string): URL;
}

/** Fetches one scope of a panel: downloads its two lists, and makes pages of them. */
export class ScopeFetch {
  private readonly list: ReturnType<typeof listOfScope>;
  private readonly before: ListMemory | undefined;
  /** Whether what did not change may be left out. */
  private readonly mayStay: boolean;
  private readonly download: ScopeDownload;
  private readonly sieved: SievedList | undefined;
  private readonly stop = new AbortController();
  private downloading: Promise<ItemList | undefined> | undefined;
  private ordinal = 0;
  private itemRows = 0;

  constructor(
    private readonly source: ScopeSource,
    private readonly scope: Scope,
    private readonly options: FetchScopeOptions,
    /** For bodies. */
    private readonly spool: SpoolFile,
  ) {
    this.list = listOfScope(scope);
    this.before = memoryOf(options, source.key);
    this.mayStay = options.mode === 'list' && this.before?.digest !== undefined;
    this.sieved = this.mayStay && source.rowMemory !== undefined ? this.sieve() : undefined;
    this.download = new ScopeDownload({
      http: source.http,
      signal: AbortSignal.any([options.signal, this.stop.signal]),
      spool,
      secrets: source.secrets,
      before: this.before,
      mayStay: this.mayStay,
      sieved: this.sieved,
      log: source.log,
    });
  }

  async *pages(): AsyncGenerator<FetchedPage, ScopeEnd> {
    const { source, list, sieved } = this;
    const categories = await this.download.categories(source.url(list.categories));
    // Nothing may be handed out before it is known that something changed.
    if (!this.mayStay) yield* this.categoryPages(categories);
    this.options.onProgress?.({ pagesDone: 1, pagesTotal: 2, itemsFetched: 0 });
    this.downloading = this.download.items(source.url(list.items));
    for await (const page of sieved?.pagesDuring(this.downloading) ?? []) {
      if (this.ordinal === 0) yield* this.categoryPages(categories);
      yield* this.itemPage(page.rowType, page);
    }
    const items = await this.downloading;
    const isSieved = items?.sieved === true;
    if (sieved?.begun === true && (!isSieved || sieved.contradicted)) {
      return this.end(categories, 'The list was another when its download was repeated.');
    }
    if (items === undefined) return notModified(this.download.memory(source.key));
    if (this.ordinal === 0) yield* this.categoryPages(categories);
    const memory = isSieved ? yield* this.otherRows(items) : yield* this.allRows(items);
    if (items.reason !== undefined) return this.end(categories, items.reason);
    return this.end(categories, undefined, await this.remember(memory));
  }

  /** Ends a download that is still under way. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.downloading?.catch(() => undefined);
  }

  private sieve(): SievedList {
    const { source, list, scope, before } = this;
    return new SievedList({
      ...this.rowsOfList(),
      rowType: list.rowType,
      makeSpool: () => source.makeSpool(),
      before: async () => {
        const { digest } = before ?? {};
        const stored = digest === undefined ? undefined : await source.rowMemory?.load(scope, digest);
        return stored && RowMemory.decode(stored);
      },
    });
  }

  private rowsOfList() {
    const { rowType } = this.list;
    return {
      secrets: this.source.secrets,
      // A channel keeps its number.
      positional: rowType !== 'xtream-channel',
      idOf: (row: unknown) => xtreamItemId(rowType, row),
    };
  }

  /** What the sieve has left; returns what to keep of the rows. */
  private async *otherRows({ download }: ItemList): AsyncGenerator<FetchedPage, Buffer | undefined> {
    const { sieved } = this;
    for await (const page of sieved?.rest(download.report) ?? []) {
      yield* this.itemPage(page.rowType, page, download.report.rows);
    }
    return sieved?.memory;
  }

  /** The list as it is; returns what to keep of the rows. */
  private async *allRows({ download }: ItemList): AsyncGenerator<FetchedPage, Buffer | undefined> {
    const { report } = download;
    const learns = this.source.rowMemory !== undefined;
    const rows = new LearnedRows({ ...this.rowsOfList(), spool: this.spool, report, learns });
    for await (const page of rows.pages()) yield* this.itemPage(this.list.rowType, page, report.rows);
    return rows.memory;
  }

  private async remember(rows: Buffer | undefined): Promise<ListMemory> {
    const memory = this.download.memory(this.source.key);
    if (rows !== undefined && memory.digest !== undefined) {
      await this.source.rowMemory?.save(this.scope, memory.digest, rows);
    }
    return memory;
  }

  private *categoryPages({ pages }: CategoryPages): Generator<FetchedPage> {
    for (const page of pages) yield { ordinal: ++this.ordinal, rowType: 'xtream-category', ...page };
  }

  private *itemPage(
    rowType: PageRowType,
    { rows, rowCount }: RowsOfPage,
    itemsTotal?: number,
  ): Generator<FetchedPage> {
    this.itemRows += rowCount;
    yield { ordinal: ++this.ordinal, rowType, rows, rowCount };
    this.options.onProgress?.({
      pagesDone: itemsTotal === undefined ? 1 : 2,
      pagesTotal: 2,
      itemsFetched: this.itemRows,
      ...(itemsTotal === undefined ? {} : { itemsTotal }),
    });
  }

  private end(categories: CategoryPages, reason: string | undefined, memory?: ListMemory): ScopeEnd {
    return {
      ...(memory === undefined ? {} : { memory }),
      ...(reason === undefined ? { outcome: 'complete' } : { outcome: 'incomplete', reason }),
      expectedPages: this.ordinal,
      itemRows: this.itemRows,
      categoriesComplete: categories.complete,
    };
  }
}
