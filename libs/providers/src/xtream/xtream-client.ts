import type {
  AskedItem,
  CatalogueItem,
  ConnectionReport,
  ProviderSettings,
  Scope,
  XtreamConnection,
} from '@catalogue-sync/contracts';
import { withoutUserInfo } from '../base-url.js';
import { reportConnection } from '../connection-report.js';
import { ProviderHttp } from '../http/provider-http.js';
import { DEFAULT_USER_AGENT } from '../http/user-agent.js';
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
import { PLACEHOLDER } from '../secrets/placeholders.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import { mapXtreamMovie } from '../rows/xtream-rows.js';
import { listKey } from '../spool/list-memory.js';
import { SpoolFile } from '../spool/spool-file.js';
import { readAccount, type Account } from './account.js';
import { XTREAM_LIST, XtreamListDownload } from './list-check.js';
import { readPanelObject, recordOf } from './panel-object.js';
import { panelBase, playerApiUrl } from './panel-url.js';
import { ScopeFetch } from './scope-fetch.js';
import { listOfScope, XTREAM_SCOPES } from './scope-lists.js';
import { readSeriesInfo } from './series-info.js';
import { xtreamStreamUrl } from './stream-url.js';

/** An Xtream Codes panel (PROVIDERS part B): one body per list, spooled and then cut. */
export class XtreamClient implements ProviderClient {
  readonly protocol = 'xtream';
  private readonly base: URL;
  private readonly http: ProviderHttp;
  private readonly secrets: SecretReplacer;
  private readonly spools = new Set<SpoolFile>();
  /** The same for every account of the panel. */
  private readonly key: string;

  constructor(
    private readonly connection: XtreamConnection,
    settings: ProviderSettings,
    private readonly deps: ProviderClientDeps,
  ) {
    this.base = panelBase(deps.endpoint ?? connection.url);
    this.key = listKey(this.protocol, withoutUserInfo(this.base).href);
    this.http = new ProviderHttp({
      settings,
      userAgent: connection.userAgent ?? deps.userAgent ?? DEFAULT_USER_AGENT,
      retry: deps.retry,
      log: deps.log,
      access: deps.access,
      allowedPrivateHosts: deps.allowedPrivateHosts,
      everyRequestLogsIn: true,
    });
    this.secrets = new SecretReplacer([
      { placeholder: PLACEHOLDER.username, value: connection.username },
      { placeholder: PLACEHOLDER.password, value: connection.password },
    ]);
  }

  async open(signal: AbortSignal): Promise<OpenedProvider> {
    const account = await this.account(signal);
    const base = withoutUserInfo(this.base).href;
    return { scopes: [...XTREAM_SCOPES], endpoint: base, imageBaseUrl: base, account };
  }

  async *fetchScope(scope: Scope, options: FetchScopeOptions): AsyncGenerator<FetchedPage, ScopeEnd> {
    const spools: SpoolFile[] = [];
    const makeSpool = async () => {
      const spool = await this.makeSpool();
      spools.push(spool);
      return spool;
    };
    const { http, secrets, key } = this;
    const { rowMemory, log } = this.deps;
    const url = (action: string) => this.url(action);
    const source = { http, secrets, key, rowMemory, log, makeSpool, url };
    const fetch = new ScopeFetch(source, scope, options, await makeSpool());
    try {
      return yield* fetch.pages();
    } finally {
      await fetch.close();
      for (const spool of spools) await this.dropSpool(spool);
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
        for (const scope of XTREAM_SCOPES) {
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

  async episodes(series: AskedItem, signal: AbortSignal): Promise<PlayableEpisode[]> {
    return readSeriesInfo(await this.info('get_series_info', 'series_id', series, signal), Date.now());
  }

  /** As the list would tell it, had it all that the panel knows. */
  async movieDetails(movie: AskedItem, signal: AbortSignal): Promise<CatalogueItem | undefined> {
    const answer = await this.info('get_vod_info', 'vod_id', movie, signal);
    const row = {
      ...recordOf(answer['info']),
      ...recordOf(answer['movie_data']),
      stream_id: movie.externalId,
    };
    const image = recordOf(answer['info'])['movie_image'] ?? recordOf(answer['info'])['cover_big'];
    const mapped = mapXtreamMovie({ stream_icon: image, ...row }, { scope: 'movie', now: Date.now() });
    return mapped.type === 'item' ? mapped.item : undefined;
  }

  streamUrl(stream: AskedStream): Promise<string> {
    return Promise.resolve().then(() => xtreamStreamUrl(this.base, this.connection, stream));
  }

  access(): AccessMemory {
    return this.http.access();
  }

  async close(): Promise<void> {
    await this.http.close();
    await Promise.all([...this.spools].map((spool) => this.dropSpool(spool)));
  }

  private account(signal: AbortSignal, maxTries?: number): Promise<Account> {
    const request = { url: this.url(), signal, ...(maxTries === undefined ? {} : { maxTries }) };
    return this.http.logIn(() => this.http.get(request, ({ body }) => readAccount(body.toString('utf8'))));
  }

  /** What the panel tells of one item, secrets replaced. */
  private info(
    action: string,
    parameter: string,
    item: AskedItem,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const url = this.url(action);
    url.search += `&${parameter}=${encodeURIComponent(item.externalId)}`;
    return this.http.get({ url, signal, maxTries: 2 }, ({ body }) =>
      readPanelObject(this.secrets.replace(body)),
    );
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

function statusText(account: Account): string {
  return account.status === undefined ? '' : ` (${account.status})`;
}
