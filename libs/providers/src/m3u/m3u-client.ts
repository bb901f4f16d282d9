import { hash } from 'node:crypto';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type AskedItem,
  type ConnectionReport,
  type M3uConnection,
  type ProviderSettings,
  type Scope,
} from '@catalogue-sync/contracts';
import { readHttpUrl, withoutUserInfo } from '../base-url.js';
import { reportConnection } from '../connection-report.js';
import { xxh64Loaded } from '../digest/xxh64.js';
import { ProviderHttp } from '../http/provider-http.js';
import { cancelledError } from '../http/request-failure.js';
import { DEFAULT_USER_AGENT } from '../http/user-agent.js';
import { validatorsOf } from '../http/validators.js';
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
import { fillPlaceholders } from '../playback/fill-placeholders.js';
import { streamAddress } from '../playback/stream-address.js';
import { noStream } from '../playback/stream-failure.js';
import { pagesOfRows } from '../rows/encode-rows.js';
import { SecretReplacer } from '../secrets/secret-replacer.js';
import {
  knownValidators,
  listKey,
  memoryOf,
  notModified,
  rememberValidators,
  type ListMemory,
} from '../spool/list-memory.js';
import type { RowsOfPage } from '../spool/list-pages.js';
import { SpoolFile } from '../spool/spool-file.js';
import { readSpool } from '../spool/read-spool.js';
import { EntryCounter } from './entry-counter.js';
import { findEntries, type FoundEntry } from './find-entries.js';
import type { M3uEntryRow } from './m3u-row.js';
import { digestPlaylist } from './playlist-digest.js';
import { PlaylistDownload } from './playlist-download.js';
import { episodesOfEntries } from './playlist-episodes.js';
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
  private readonly key: string;
  private readonly spools = new Set<SpoolFile>();

  constructor(
    connection: M3uConnection,
    settings: ProviderSettings,
    private readonly deps: ProviderClientDeps,
  ) {
    this.url = readHttpUrl(connection.url);
    this.maxBodyBytes = settings.maxBodyBytes;
    this.secrets = new SecretReplacer(secretsOfPlaylist(this.url));
    this.key = listKey(this.protocol, this.addressHash());
    this.http = new ProviderHttp({
      settings,
      userAgent: connection.userAgent ?? deps.userAgent ?? DEFAULT_USER_AGENT,
      retry: deps.retry,
      log: deps.log,
      access: deps.access,
      allowedPrivateHosts: deps.allowedPrivateHosts,
      everyRequestLogsIn: true,
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
    const before = memoryOf(options, this.key);
    const known = options.mode === 'list' ? before : undefined;
    let ordinal = 0;
    let itemRows = 0;
    const spool = await this.makeSpool();
    try {
      const download = await this.download({ signal: options.signal }, spool, known);
      if (download === undefined) return notModified(known as ListMemory);
      if (known !== undefined && (await this.isKnown(spool, download, known))) {
        return notModified(this.memory(known, download, known.digest));
      }
      const pages = this.pages(spool);
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
      // What was not read to its end, or listed in full, must be read again.
      const digest = result.groups.overflow ? undefined : result.digest;
      return {
        ...endOf(result, this.memory(before, download, digest)),
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
          await this.download({ signal, maxTries: 2 }, spool);
          pages = this.pages(spool);
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

  /** Reads the whole playlist: a series is no more than the entries that name it. */
  episodes(series: AskedItem, signal: AbortSignal): Promise<PlayableEpisode[]> {
    return this.searchEntries(series, signal, episodesOfEntries);
  }

  /** A playlist tells all that it knows. */
  movieDetails(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async streamUrl({ item, episode }: AskedStream, signal: AbortSignal): Promise<string> {
    const known = episode?.play['url'] ?? this.filled(item.playCommand);
    if (known !== undefined) return this.address(known);
    if (item.kind === 'series') throw noStream('a series plays by its episodes only.');
    // Its login is not that of the playlist's own address, and was not kept: it stands in the playlist only.
    const found = await this.searchEntries(item, signal, (entries) => entries.next());
    if (found.done === true) throw noStream('the playlist does not list it any more.');
    return this.address(found.value.url);
  }

  access(): AccessMemory {
    return this.http.access();
  }

  async close(): Promise<void> {
    await this.http.close();
    await Promise.all([...this.spools].map((spool) => this.dropSpool(spool)));
  }

  /** The playlist, in the spool; undefined when it is still the one that is known (HTTP 304). */
  private async download(
    options: { signal: AbortSignal; maxTries?: number },
    spool: SpoolFile,
    known?: ListMemory,
  ): Promise<PlaylistDownload | undefined> {
    await xxh64Loaded;
    return this.http.downloadIfChanged(
      { url: this.url, ...options },
      knownValidators(known),
      ({ headers }) => new PlaylistDownload(spool, validatorsOf(headers)),
    );
  }

  /** Entries may be relative to the playlist. */
  private address(url: string): string {
    return streamAddress(URL.canParse(url, this.url.href) ? new URL(url, this.url).href : url);
  }

  /** The login of the playlist's address is for its own host: on another one a placeholder stands for a login that is not known. */
  private filled(command: string | undefined): string | undefined {
    if (command === undefined || !URL.canParse(command, this.url.href)) return undefined;
    const isOwn = new URL(command, this.url).host === this.url.host;
    return fillPlaceholders(command, isOwn ? secretsOfPlaylist(this.url) : []);
  }

  private async searchEntries<T>(
    item: AskedItem,
    signal: AbortSignal,
    read: (entries: AsyncGenerator<FoundEntry>) => Promise<T>,
  ): Promise<T> {
    const spool = await this.makeSpool();
    try {
      await this.download({ signal, maxTries: 2 }, spool);
      const entries = findEntries(readSpool(spool, this.maxBodyBytes), this.secrets, item.id);
      try {
        return await read(entries);
      } finally {
        await entries.return(undefined);
      }
    } finally {
      await this.dropSpool(spool);
    }
  }

  private pages(spool: SpoolFile): AsyncGenerator<RowsOfPage, PlaylistResult> {
    return playlistPages(readSpool(spool, this.maxBodyBytes), this.secrets);
  }

  /** Whether the playlist is the known one, but for its login. */
  private async isKnown(spool: SpoolFile, download: PlaylistDownload, known: ListMemory): Promise<boolean> {
    if (known.digest === undefined) return false;
    if (known.rawDigest === download.digest.value) return true;
    return (await digestPlaylist(readSpool(spool, this.maxBodyBytes), this.secrets)) === known.digest;
  }

  private memory(
    before: ListMemory | undefined,
    { digest: raw, validators }: PlaylistDownload,
    digest: string | undefined,
  ): ListMemory {
    if (digest === undefined) return { key: this.key };
    const changed = before?.digest !== undefined && before.digest !== digest;
    return {
      key: this.key,
      digest,
      rawDigest: raw.value,
      ...rememberValidators(before, changed, validators),
    };
  }

  /** Stands for the address, whose login may change. Hashed, because an address that nobody can guess is a secret as a whole. */
  private addressHash(): string {
    return hash('sha256', this.secrets.replaceText(withoutUserInfo(this.url).href), 'hex');
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
function endOf(
  { state }: PlaylistResult,
  memory: ListMemory,
): Pick<ScopeEnd, 'outcome' | 'reason' | 'memory'> {
  return state.openEntry
    ? { outcome: 'incomplete', reason: 'The playlist is cut: its last entry has no URL.' }
    : { outcome: 'complete', memory };
}
