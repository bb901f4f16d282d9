import {
  CatalogueSyncError,
  ERROR_CODE,
  type ConnectionReport,
  type M3uConnection,
  type ProviderSettings,
  type Scope,
} from '@catalogue-sync/contracts';
import { readHttpUrl } from '../base-url.js';
import { reportConnection } from '../connection-report.js';
import { ProviderHttp } from '../http/provider-http.js';
import { cancelledError } from '../http/request-failure.js';
import { DEFAULT_USER_AGENT } from '../http/user-agent.js';
import type {
  FetchedPage,
  FetchScopeOptions,
  OpenedProvider,
  ProviderClient,
  ProviderClientDeps,
  ScopeEnd,
} from '../port.js';
import { pagesOfRows } from '../rows/encode-rows.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { readSpool } from '../spool/read-spool.js';
import { EntryCounter } from './entry-counter.js';
import type { M3uEntryRow } from './m3u-row.js';
import { PlaylistDownload } from './playlist-download.js';
import { playlistPages, type PlaylistResult } from './playlist-pages.js';
import { placeXcCredentials } from './xc-credentials.js';
import { secretsOfPlaylist } from './playlist-secrets.js';

/** A playlist in M3U (PROVIDERS part C): one file, spooled and read line by line. */
export class M3uClient implements ProviderClient {
  readonly protocol = 'm3u';
  private readonly url: URL;
  private readonly http: ProviderHttp;
  private readonly secrets: SecretReplacer;
  private readonly maxBodyBytes: number;
  private readonly spools = new Set<SpoolFile>();

  constructor(
    connection: M3uConnection,
    settings: ProviderSettings,
    private readonly deps: ProviderClientDeps,
  ) {
    this.url = readHttpUrl(connection.url);
    this.maxBodyBytes = settings.maxBodyBytes;
    this.secrets = new SecretReplacer(secretsOfPlaylist(this.url));
    this.http = new ProviderHttp({
      settings,
      userAgent: connection.userAgent ?? deps.userAgent ?? DEFAULT_USER_AGENT,
      retry: deps.retry,
      log: deps.log,
    });
  }

  /** Asks nothing: there is no login, and the file comes once, with `fetchScope`. */
  open(signal: AbortSignal): Promise<OpenedProvider> {
    if (signal.aborted) return Promise.reject(cancelledError());
    return Promise.resolve({ scopes: ['playlist'], imageBaseUrl: `${this.url.origin}/` });
  }

  async *fetchScope(scope: Scope, options: FetchScopeOptions): AsyncGenerator<FetchedPage, ScopeEnd> {
    if (scope !== 'playlist') {
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, `A playlist has no scope "${scope}".`);
    }
    let ordinal = 0;
    let itemRows = 0;
    const spool = await this.makeSpool();
    try {
      const pages = await this.download(spool, options.signal);
      let result: PlaylistResult;
      for (;;) {
        const next = await pages.next();
        if (next.done) {
          result = next.value;
          break;
        }
        itemRows += next.value.rowCount;
        yield { ordinal: ++ordinal, rowType: 'm3u-entry', ...next.value };
        options.onProgress?.({ pagesDone: 1, pagesTotal: 1, itemsFetched: itemRows });
      }
      if (result.state.hls) {
        const [page] = pagesOfRows([this.singleChannel()], this.secrets) as [RowsOfPage];
        itemRows = 1;
        yield { ordinal: ++ordinal, rowType: 'm3u-entry', ...page };
      }
      for (const page of pagesOfRows(result.groups.rows, this.secrets)) {
        yield { ordinal: ++ordinal, rowType: 'm3u-group', ...page };
      }
      return {
        ...endOf(result),
        expectedPages: ordinal,
        itemRows,
        categoriesComplete: !result.groups.overflow,
      };
    } finally {
      await this.dropSpool(spool);
    }
  }

  async test(signal: AbortSignal): Promise<ConnectionReport> {
    const spool = await this.makeSpool();
    let pages: AsyncIterable<RowsOfPage>;
    try {
      return await reportConnection(this.protocol, {
        login: async () => {
          pages = await this.download(spool, signal, 2);
          return { detail: 'The playlist can be downloaded; there is no login.' };
        },
        count: async () => {
          const counts = new EntryCounter();
          for await (const page of pages) counts.add(page);
          return counts.byKind;
        },
      });
    } finally {
      await this.dropSpool(spool);
    }
  }

  async close(): Promise<void> {
    await this.http.close();
    await Promise.all([...this.spools].map((spool) => this.dropSpool(spool)));
  }

  private async download(
    spool: SpoolFile,
    signal: AbortSignal,
    maxTries?: number,
  ): Promise<AsyncGenerator<RowsOfPage, PlaylistResult>> {
    const request = { url: this.url, signal };
    await this.http.download(
      maxTries === undefined ? request : { ...request, maxTries },
      () => new PlaylistDownload(spool),
    );
    return playlistPages(readSpool(spool, this.maxBodyBytes), this.secrets);
  }

  /** A stream that was given in the place of a playlist (PROVIDERS C.1): itself is the one channel. */
  private singleChannel(): M3uEntryRow {
    const { hostname, pathname } = this.url;
    const file = pathname
      .split('/')
      .at(-1)
      ?.replace(/\.[A-Za-z0-9]+$/, '');
    const url = placeXcCredentials(this.secrets.replaceText(this.url.href));
    return { title: file || hostname, url };
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

/** A file does not say how many entries it has; the one sign of a cut is an entry that waits for its URL. */
function endOf({ state }: PlaylistResult): Pick<ScopeEnd, 'outcome' | 'reason'> {
  return state.openEntry
    ? { outcome: 'incomplete', reason: 'The playlist is cut: its last entry has no URL.' }
    : { outcome: 'complete' };
}
