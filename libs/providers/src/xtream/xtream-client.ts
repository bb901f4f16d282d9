import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type ProviderSettings,
  type RowType,
  type Scope,
  type XtreamConnection,
} from '@catalogue-sync/contracts';
import { withoutUserInfo } from '../base-url.js';
import { reportConnection } from '../connection-report.js';
import { ProviderHttp } from '../http/provider-http.js';
import { RequestFailure } from '../http/request-failure.js';
import { DEFAULT_USER_AGENT } from '../http/user-agent.js';
import type {
  FetchedPage,
  FetchScopeOptions,
  OpenedProvider,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
} from '../port.js';
import { PLACEHOLDER } from '../secrets/placeholders.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { readAccount, type Account } from './account.js';
import { CutListFailure, XTREAM_LIST, XtreamListDownload } from './list-check.js';
import { panelBase, playerApiUrl } from './panel-url.js';

interface ListOfScope {
  categories: string;
  items: string;
  rowType: RowType;
  count: 'channel' | 'movie' | 'series';
}

const LISTS: Partial<Record<Scope, ListOfScope>> = {
  live: {
    categories: 'get_live_categories',
    items: 'get_live_streams',
    rowType: 'xtream-channel',
    count: 'channel',
  },
  movie: {
    categories: 'get_vod_categories',
    items: 'get_vod_streams',
    rowType: 'xtream-movie',
    count: 'movie',
  },
  series: {
    categories: 'get_series_categories',
    items: 'get_series',
    rowType: 'xtream-series',
    count: 'series',
  },
};
const SCOPES: Scope[] = ['live', 'movie', 'series'];

const NO_ROWS = Buffer.from('[]');

/** An Xtream Codes panel (PROVIDERS part B): one body per list, spooled and then cut. */
export class XtreamClient implements ProviderClient {
  readonly protocol = 'xtream';
  private readonly base: URL;
  private readonly http: ProviderHttp;
  private readonly secrets: SecretReplacer;
  private readonly spools = new Set<SpoolFile>();

  constructor(
    private readonly connection: XtreamConnection,
    settings: ProviderSettings,
    private readonly deps: ProviderClientDeps,
  ) {
    this.base = panelBase(deps.endpoint ?? connection.url);
    this.http = new ProviderHttp({
      settings,
      userAgent: connection.userAgent ?? deps.userAgent ?? DEFAULT_USER_AGENT,
      retry: deps.retry,
      log: deps.log,
    });
    this.secrets = new SecretReplacer([
      { placeholder: PLACEHOLDER.username, value: connection.username },
      { placeholder: PLACEHOLDER.password, value: connection.password },
    ]);
  }

  async open(signal: AbortSignal): Promise<OpenedProvider> {
    const account = await this.account(signal);
    const base = withoutUserInfo(this.base).href;
    return { scopes: [...SCOPES], endpoint: base, imageBaseUrl: base, account };
  }

  async *fetchScope(scope: Scope, options: FetchScopeOptions): AsyncGenerator<FetchedPage, ScopeEnd> {
    const list = listOfScope(scope);
    let ordinal = 0;
    let itemRows = 0;
    const spool = await this.makeSpool();
    try {
      const categories = await this.categories(list, spool, options.signal);
      for (const page of categories.pages) yield { ordinal: ++ordinal, rowType: 'xtream-category', ...page };
      options.onProgress?.({ pagesDone: 1, pagesTotal: 2, itemsFetched: 0 });
      const { download, reason } = await this.items(list, spool, options.signal);
      const itemsTotal = download.report.rows;
      for await (const page of pagesOfList(spool, download.report, this.secrets)) {
        itemRows += page.rowCount;
        yield { ordinal: ++ordinal, rowType: list.rowType, ...page };
        options.onProgress?.({ pagesDone: 2, pagesTotal: 2, itemsFetched: itemRows, itemsTotal });
      }
      return {
        outcome: reason === undefined ? 'complete' : 'incomplete',
        ...(reason === undefined ? {} : { reason }),
        expectedPages: ordinal,
        itemRows,
        categoriesComplete: categories.complete,
      };
    } finally {
      await this.dropSpool(spool);
    }
  }

  test(signal: AbortSignal): Promise<ConnectionReport> {
    return reportConnection(this.protocol, {
      login: async () => {
        const account = await this.account(signal, 2);
        return { detail: `The panel accepts the account${statusText(account)}.`, account };
      },
      count: async () => {
        const counts: NonNullable<ConnectionReport['counts']> = {};
        for (const scope of SCOPES) {
          const list = listOfScope(scope);
          const { report } = await this.http.download(
            { url: this.url(list.items), signal, maxTries: 2 },
            () => new XtreamListDownload(XTREAM_LIST, undefined),
          );
          counts[list.count] = report.rows + report.oversizedRows;
        }
        return counts;
      },
    });
  }

  async close(): Promise<void> {
    await this.http.close();
    await Promise.all([...this.spools].map((spool) => this.dropSpool(spool)));
  }

  private account(signal: AbortSignal, maxTries?: number): Promise<Account> {
    const request = { url: this.url(), signal, ...(maxTries === undefined ? {} : { maxTries }) };
    return this.http.get(request, ({ body }) => readAccount(body.toString('utf8')));
  }

  /** The category pages; one without rows when there are none, or when the list failed and the items may still come. */
  private async categories(
    list: ListOfScope,
    spool: SpoolFile,
    signal: AbortSignal,
  ): Promise<{ pages: RowsOfPage[]; complete: boolean }> {
    const pages: RowsOfPage[] = [];
    let complete = true;
    try {
      const { report } = await this.http.download(
        { url: this.url(list.categories), signal },
        () => new XtreamListDownload(XTREAM_LIST, spool),
      );
      for await (const page of pagesOfList(spool, report, this.secrets)) pages.push(page);
    } catch (error) {
      if (!isBreak(error) && !isUnknownList(error)) throw error;
      this.deps.log?.(`The category list failed: ${error.message}`);
      complete = false;
    }
    if (pages.length === 0) pages.push({ rows: NO_ROWS, rowCount: 0 });
    return { pages, complete };
  }

  /** The item list, whole; or as far as it came, with the reason why no further. */
  private async items(
    list: ListOfScope,
    spool: SpoolFile,
    signal: AbortSignal,
  ): Promise<{ download: XtreamListDownload; reason?: string }> {
    let last: XtreamListDownload | undefined;
    try {
      const download = await this.http.download(
        { url: this.url(list.items), signal },
        () => (last = new XtreamListDownload(XTREAM_LIST, spool)),
      );
      return { download };
    } catch (error) {
      // Everything up to where a list broke off is true, and worth handing out.
      if (!isBreak(error) || last === undefined || last.report.rows === 0) throw error;
      await spool.flush();
      const cut = error instanceof CutListFailure;
      return {
        download: last,
        reason: cut ? error.message : `The list broke off after ${last.report.rows} rows. ${error.message}`,
      };
    }
  }

  private url(action?: string): URL {
    return playerApiUrl(this.base, this.connection.username, this.connection.password, action);
  }

  private async makeSpool(): Promise<SpoolFile> {
    const spool = await SpoolFile.create(this.deps.spoolDir);
    this.spools.add(spool);
    return spool;
  }

  private async dropSpool(spool: SpoolFile): Promise<void> {
    this.spools.delete(spool);
    await spool.close();
  }
}

function listOfScope(scope: Scope): ListOfScope {
  const list = LISTS[scope];
  if (list === undefined) {
    throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `An Xtream panel has no scope "${scope}".`);
  }
  return list;
}

/** Trouble on the way, after all tries. */
function isBreak(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.repeat === 'soon';
}

function isUnknownList(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.code === ERROR_CODE.providerBadAnswer;
}

function statusText(account: Account): string {
  return account.status === undefined ? '' : ` (${account.status})`;
}
