import {
  CatalogueSyncError,
  ERROR_CODE,
  type AskedItem,
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
  AccessMemory,
  AskedStream,
  FetchedPage,
  FetchScopeOptions,
  OpenedProvider,
  PlayableEpisode,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
} from '../port.js';
import { pagesOfRows } from '../rows/encode-rows.js';
import { PLACEHOLDER } from '../secrets/placeholders.js';
import { SecretReplacer, type Secret } from '../secrets/secret-replacer.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { countChannels } from './channel-list.js';
import { channelScope, type WholeGenres } from './channel-scope.js';
import { discoverEndpoint } from './discovery.js';
import { pagedScope, type ItemFetch, type ItemPages, type ScopeSource } from './paged-scope.js';
import { StalkerPortal } from './portal.js';
import { memoryKey } from './scope-memory.js';
import {
  fetchCategories,
  fetchListPage,
  listsSeriesApart,
  SCOPE_LISTS,
  type ScopeLists,
} from './stalker-lists.js';
import { fetchEpisodes } from './stalker-episodes.js';
import { StalkerStreams } from './stalker-stream.js';
import { Verdicts } from './verdicts.js';

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
      access: deps.access,
      allowedPrivateHosts: deps.allowedPrivateHosts,
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
    const skipOrdinals = Math.max(0, resumed - categories.pages.length);
    const verdicts = new Verdicts(options, categories.pages.length + skipOrdinals);
    const fetch: ItemFetch = { options, skipOrdinals, countChanged: verdicts.countChanged };
    const source = this.source(portal, lists);
    const pages =
      scope === 'live'
        ? this.channels(source, fetch, categories.complete ? categories.pages : undefined)
        : pagedScope(source, fetch);
    const ending = { categoriesComplete: categories.complete };
    let itemRows = 0;
    let finished = false;
    try {
      // Channels are compared before anything is handed out, genres included.
      let next = scope === 'live' ? await pages.next() : undefined;
      if (next?.done === true && next.value.outcome === 'not-modified') {
        finished = true;
        return { ...next.value, ...ending, expectedPages: 0, itemRows };
      }
      for (const [index, page] of categories.pages.entries()) {
        if (index >= resumed) yield { ordinal: index + 1, rowType: lists.categoryType, ...page };
      }
      // Not `for await`: the value that a generator returns is needed too.
      for (;;) {
        next ??= await pages.next();
        if (next.done) {
          finished = true;
          return { ...next.value, ...ending, expectedPages: verdicts.ordinal, itemRows };
        }
        itemRows += next.value.rowCount;
        yield { ordinal: ++verdicts.ordinal, rowType: lists.rowType, ...next.value };
        next = undefined;
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

  async episodes(series: AskedItem, signal: AbortSignal): Promise<PlayableEpisode[]> {
    return fetchEpisodes(await this.findPortal(signal), series, signal);
  }

  /** A portal's list tells all that it knows of a movie. */
  movieDetails(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async streamUrl(stream: AskedStream, signal: AbortSignal): Promise<string> {
    const portal = await this.findPortal(signal);
    // Before the command is filled in: a token may stand in it.
    await portal.logIn(signal);
    return new StalkerStreams(portal, () => this.secretValues(portal)).urlOf(stream, signal);
  }

  access(): AccessMemory {
    return this.http.access();
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

  private async *channels(source: ScopeSource, fetch: ItemFetch, genres: WholeGenres): ItemPages {
    const spool = await SpoolFile.create(this.deps.spoolDir);
    this.spools.add(spool);
    try {
      return yield* channelScope(source, fetch, genres, spool, (line) => this.deps.log?.(line));
    } finally {
      await this.dropSpool(spool);
    }
  }

  private source(portal: StalkerPortal, lists: ScopeLists): ScopeSource {
    return {
      portal,
      lists,
      parallel: this.http.limiter.parallel,
      secrets: () => this.secrets(portal),
      memoryKey: memoryKey(portal.endpoint, this.connection),
    };
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
      const secrets = new SecretReplacer(this.secretValues(portal));
      this.replacer = { token, secrets };
    }
    return this.replacer.secrets;
  }

  private secretValues({ currentToken }: StalkerPortal): Secret[] {
    const { mac, login, password } = this.connection;
    return [
      { placeholder: PLACEHOLDER.mac, value: mac.trim() },
      { placeholder: PLACEHOLDER.username, value: login ?? '' },
      { placeholder: PLACEHOLDER.password, value: password ?? '' },
      { placeholder: PLACEHOLDER.token, value: currentToken },
    ];
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
