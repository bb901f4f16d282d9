import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type ProviderSettings,
  type Scope,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { withoutUserInfo } from '../base-url.js';
import { reportConnection } from '../connection-report.js';
import { ProviderHttp } from '../http/provider-http.js';
import { SET_TOP_BOX_USER_AGENT } from '../http/user-agent.js';
import type {
  FetchedPage,
  FetchScopeOptions,
  OpenedProvider,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
} from '../port.js';
import { onePageOfRows, pagesOfRows } from '../rows/encode-rows.js';
import { PLACEHOLDER } from '../secrets/placeholders.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { pagesOfList, type RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { partsOfBatch } from './batch-plan.js';
import { countChannels, fetchAllChannels, NoChannelList } from './channel-list.js';
import { discoverEndpoint } from './discovery.js';
import { StalkerPortal } from './portal.js';
import {
  fetchCategories,
  fetchListPage,
  listsSeriesApart,
  SCOPE_LISTS,
  type ScopeLists,
} from './stalker-lists.js';
import { walkList } from './walk-list.js';

/** Pages of items, then how their scope ended. */
type ItemPages = AsyncGenerator<RowsOfPage, Pick<ScopeEnd, 'outcome' | 'reason' | 'declaredTotal'>>;

/** A Stalker or Ministra portal, genuine or a panel that speaks like one (PROVIDERS part A). */
export class StalkerClient implements ProviderClient {
  readonly protocol = 'stalker';
  private readonly http: ProviderHttp;
  private readonly spools = new Set<SpoolFile>();
  private found: StalkerPortal | undefined;
  private replacer: { token: string; secrets: SecretReplacer } | undefined;

  constructor(
    private readonly connection: StalkerConnection,
    settings: ProviderSettings,
    private readonly deps: ProviderClientDeps,
  ) {
    this.http = new ProviderHttp({
      settings,
      userAgent: connection.userAgent ?? deps.userAgent ?? SET_TOP_BOX_USER_AGENT,
      retry: deps.retry,
      log: deps.log,
    });
  }

  async open(signal: AbortSignal): Promise<OpenedProvider> {
    const portal = await this.findPortal(signal);
    await portal.logIn(signal);
    const scopes: Scope[] = ['live', 'vod'];
    if (await listsSeriesApart(portal, signal)) scopes.push('series');
    return {
      scopes,
      endpoint: withoutUserInfo(portal.endpoint).href,
      imageBaseUrl: withoutUserInfo(portal.page).href,
      ...(portal.account === undefined ? {} : { account: portal.account }),
    };
  }

  async *fetchScope(scope: Scope, options: FetchScopeOptions): AsyncGenerator<FetchedPage, ScopeEnd> {
    const lists = listsOf(scope);
    const portal = await this.findPortal(options.signal);
    const categories = await this.categories(portal, lists, options.signal);
    const resumed = scope === 'live' ? 0 : (options.resumeAfterOrdinal ?? 0);
    let ordinal = 0;
    for (const page of categories.pages) {
      ordinal++;
      if (ordinal > resumed) yield { ordinal, rowType: lists.categoryType, ...page };
    }
    const skipOrdinals = Math.max(0, resumed - ordinal);
    ordinal += skipOrdinals;
    let itemRows = 0;
    const pages =
      scope === 'live'
        ? this.channels(portal, lists, options)
        : this.walk(portal, lists, skipOrdinals, options);
    // Not `for await`: the value that a generator returns is needed too.
    let finished = false;
    try {
      for (;;) {
        const next = await pages.next();
        if (next.done) {
          finished = true;
          return { ...next.value, expectedPages: ordinal, itemRows, categoriesComplete: categories.complete };
        }
        itemRows += next.value.rowCount;
        yield { ordinal: ++ordinal, rowType: lists.rowType, ...next.value };
      }
    } finally {
      if (!finished) await pages.return(undefined as never);
    }
  }

  test(signal: AbortSignal): Promise<ConnectionReport> {
    return reportConnection(this.protocol, {
      login: async () => {
        const portal = await this.findPortal(signal);
        await portal.logIn(signal);
        const { account } = portal;
        return {
          detail: 'The portal accepts the MAC address.',
          ...(account === undefined ? {} : { account }),
        };
      },
      count: () => this.count(signal),
    });
  }

  async close(): Promise<void> {
    this.found?.release();
    this.found = undefined;
    await this.http.close();
    await Promise.all([...this.spools].map((spool) => this.dropSpool(spool)));
  }

  private async findPortal(signal: AbortSignal): Promise<StalkerPortal> {
    if (this.found !== undefined) return this.found;
    const { endpoint, tokenFree } = await discoverEndpoint(
      this.connection,
      this.http,
      signal,
      this.deps.endpoint,
    );
    return (this.found ??= new StalkerPortal(endpoint, this.connection, this.http, tokenFree));
  }

  private async categories(
    portal: StalkerPortal,
    lists: ScopeLists,
    signal: AbortSignal,
  ): Promise<{ pages: RowsOfPage[]; complete: boolean }> {
    let rows: unknown[] = [];
    let complete = true;
    try {
      const listed = await fetchCategories(portal, lists, signal);
      rows = listed.filter((row) => !standsForAll(row));
    } catch (error) {
      if (!(error instanceof CatalogueSyncError) || error.code !== ERROR_CODE.providerBadAnswer) throw error;
      this.deps.log?.(`The category list failed: ${error.message}`);
      complete = false;
    }
    return { pages: pagesOfRows(rows, this.secrets(portal)), complete };
  }

  /** Movies and series: page by page, ten portal pages to a page of ours. */
  private async *walk(
    portal: StalkerPortal,
    lists: ScopeLists,
    skipOrdinals: number,
    options: FetchScopeOptions,
  ): ItemPages {
    const batches = walkList({
      fetchPage: (page, signal) => fetchListPage(portal, lists, page, signal),
      signal: options.signal,
      parallel: this.http.limiter.parallel,
      skipOrdinals,
      onPage: ({ page, lastPage, rows, total }) =>
        options.onProgress?.({
          pagesDone: page,
          pagesTotal: lastPage,
          itemsFetched: rows,
          ...(total === undefined ? {} : { itemsTotal: total }),
        }),
    });
    try {
      for (;;) {
        const next = await batches.next();
        if (next.done) return next.value;
        const { rows, plan, skipParts } = next.value;
        for (const part of partsOfBatch(rows, plan).slice(skipParts)) {
          yield onePageOfRows(part, this.secrets(portal));
        }
      }
    } finally {
      await batches.return(undefined as never);
    }
  }

  /** Channels: all in one answer; page by page where the portal has no such answer. */
  private async *channels(portal: StalkerPortal, lists: ScopeLists, options: FetchScopeOptions): ItemPages {
    const spool = await SpoolFile.create(this.deps.spoolDir);
    this.spools.add(spool);
    try {
      const { declaredTotal, report } = await fetchAllChannels(portal, spool, options.signal);
      const itemsTotal = declaredTotal ?? report.rows;
      let itemsFetched = 0;
      for await (const page of pagesOfList(spool, report, this.secrets(portal))) {
        yield page;
        itemsFetched += page.rowCount;
        options.onProgress?.({ pagesDone: 1, pagesTotal: 1, itemsFetched, itemsTotal });
      }
      return { outcome: 'complete', ...(declaredTotal === undefined ? {} : { declaredTotal }) };
    } catch (error) {
      if (!(error instanceof NoChannelList)) throw error;
      this.deps.log?.(`${error.message} They are read page by page.`);
      return yield* this.walk(portal, lists, 0, options);
    } finally {
      await this.dropSpool(spool);
    }
  }

  private async count(signal: AbortSignal): Promise<NonNullable<ConnectionReport['counts']>> {
    const portal = await this.findPortal(signal);
    const total = async (scope: Scope) => {
      const page = await fetchListPage(portal, listsOf(scope), 1, signal, 2);
      return page.total ?? page.rows.length;
    };
    const counts: NonNullable<ConnectionReport['counts']> = {
      channel: (await countChannels(portal, signal)) ?? (await total('live')),
      vod: await total('vod'),
    };
    if (await listsSeriesApart(portal, signal)) counts.series = await total('series');
    return counts;
  }

  /** The session's token changes, and stands in channel commands. */
  private secrets(portal: StalkerPortal): SecretReplacer {
    const token = portal.currentToken;
    if (this.replacer?.token !== token) {
      const { mac, login, password } = this.connection;
      const secrets = new SecretReplacer([
        { placeholder: PLACEHOLDER.mac, value: mac.trim() },
        { placeholder: PLACEHOLDER.username, value: login ?? '' },
        { placeholder: PLACEHOLDER.password, value: password ?? '' },
        { placeholder: PLACEHOLDER.token, value: token },
      ]);
      this.replacer = { token, secrets };
    }
    return this.replacer.secrets;
  }

  private async dropSpool(spool: SpoolFile): Promise<void> {
    this.spools.delete(spool);
    await spool.close();
  }
}

function standsForAll(row: unknown): boolean {
  return typeof row === 'object' && row !== null && (row as { id?: unknown }).id === '*';
}

function listsOf(scope: Scope): ScopeLists {
  const lists = SCOPE_LISTS[scope];
  if (lists === undefined) {
    throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `A Stalker portal has no scope "${scope}".`);
  }
  return lists;
}
