import type {
  AskedItem,
  CatalogueItem,
  ConnectionReport,
  Episode,
  PageRowType,
  Protocol,
  Scope,
  SyncMode,
} from '@catalogue-sync/contracts';
import type { AllowedPrivateHosts } from './http/allowed-private-hosts.js';
import type { RetryPolicy } from './http/retry.js';

/**
 * The one face of every kind of provider. A client belongs to one job and one provider; it holds sockets, so it must be closed.
 * Every method throws a `CatalogueSyncError` with a `provider-…` code, or `cancelled` when its signal was aborted; no message of it
 * carries a credential.
 */
export interface ProviderClient {
  readonly protocol: Protocol;
  /** Reaches the provider and logs in. Must be called once, before `fetchScope`. */
  open(signal: AbortSignal): Promise<OpenedProvider>;
  /**
   * Fetches one scope page by page; the next page is fetched while the consumer works, but never more than a bounded few. Returning from the
   * generator early closes what it holds.
   */
  fetchScope(scope: Scope, options: FetchScopeOptions): AsyncGenerator<FetchedPage, ScopeEnd>;
  /** Reaches, logs in and counts, without keeping anything. Never throws for what the provider does: that is in the report. */
  test(signal: AbortSignal): Promise<ConnectionReport>;
  /** The episodes of a series as the provider lists them now, by season and number. */
  episodes(series: AskedItem, signal: AbortSignal): Promise<PlayableEpisode[]>;
  /** What the provider tells of a movie when asked for it alone; undefined where that is no more than its list tells. */
  movieDetails(movie: AskedItem, signal: AbortSignal): Promise<CatalogueItem | undefined>;
  /**
   * Where a stream is now. The address may hold the provider's secrets. Throws `stream-unavailable` when the provider has none for it.
   *
   * @returns an absolute URL that a player can open
   */
  streamUrl(stream: AskedStream, signal: AbortSignal): Promise<string>;
  /** What was learned about how much this provider takes; keep it, and hand it to the next client as `deps.access`. */
  access(): AccessMemory;
  /** Closes sockets and deletes what was spooled. */
  close(): Promise<void>;
}

/** An episode, with what only the client that listed it can read: how it is played. That may hold secrets. */
export interface PlayableEpisode extends Episode {
  play: Readonly<Record<string, string>>;
}

/** A channel or a movie, or an episode of a series. */
export interface AskedStream {
  item: AskedItem;
  episode?: PlayableEpisode;
  /** File extension that the player asks for. */
  extension?: string;
}

export interface OpenedProvider {
  /** What this provider lists, in the order in which it is best fetched. */
  scopes: Scope[];
  /** The endpoint that was found; hand it to the next client as `deps.endpoint`. It carries no credentials. */
  endpoint?: string;
  /** What item image paths are relative to. */
  imageBaseUrl?: string;
  account?: ConnectionReport['account'];
}

export interface FetchScopeOptions {
  signal: AbortSignal;
  /**
   * Paged scopes go on after this ordinal, with the pages numbered as if they had come in one go. Scopes that come in one body start again
   * from ordinal 1 whatever stands here: two downloads are never mixed.
   */
  resumeAfterOrdinal?: number;
  onProgress?: (progress: ScopeFetchProgress) => void;
  /** How much is fetched (default `full`). A mode that the protocol does not have is fetched as `full`. */
  mode?: SyncMode;
  /** What the last completely reconciled run left behind: `head` and `list` stand on it; without it they fetch everything. */
  memory?: ScopeMemory;
  /**
   * Asked by mode `head` after each page that it handed out: resolves when the page and all before it have been compared with what is known.
   * Without it `head` fetches everything.
   */
  judge?: (ordinal: number) => Promise<PageVerdict>;
}

/** What the reconciler found in a page. */
export interface PageVerdict {
  /** Items of the page that were new, or differed from what is known. */
  changed: number;
}

/**
 * What one run of a scope leaves behind for the next. It is to be kept only when the run was reconciled completely, and thrown away
 * after dead letters, while absences await confirmation (see `withoutDigest`), and when the provider points elsewhere. JSON, to be kept whole:
 * it may hold more than is told here.
 */
export interface ScopeMemory {
  /** What the memory was made with: URL (without secrets) and the version of the row mappers. Memory of another key counts for nothing. */
  key: string;
  /** Newest plausible `added` that was seen in this run or before, ms; the portal's local time taken for UTC. */
  frontier?: number;
  /** What the provider declared minus the distinct rows that a complete full run found, where it declares a total: its habit. */
  totalExcess?: number;
  /** XXH64 of the scope's bodies, hex. */
  digest?: string;
  /** Validators of the last body, where they mean something. */
  etag?: string;
  lastModified?: string;
}

export interface FetchedPage {
  /** Position in the scope, from 1, without gaps. */
  ordinal: number;
  rowType: PageRowType;
  rowCount: number;
  /** A JSON array of raw rows, secrets replaced by placeholders, at most MAX_PAGE_BYTES long. Read it with `parseRows`. Of `KNOWN_ITEMS`: of ids. */
  rows: Buffer;
}

export interface ScopeEnd {
  /**
   * `complete` only when the end was proved (mode `head`: when the walk ended below the frontier); `not-modified` when nothing changed since
   * the run that left `memory` behind, and no page was handed out; `drifted` when the list changed under the walk in a way that may have
   * hidden rows; `incomplete` for everything else.
   */
  outcome: 'complete' | 'not-modified' | 'incomplete' | 'drifted';
  /** How the scope was fetched, where that is another way than was asked for: a list with no more rows than one step of `head` is read in full. */
  mode?: SyncMode;
  /** In words, when the outcome is not `complete`. */
  reason?: string;
  /** The ordinals are 1 to this. */
  expectedPages: number;
  /** Items the provider says the scope has, where the protocol tells. */
  declaredTotal?: number;
  /** Item rows that were handed out, repeats included. */
  itemRows: number;
  /** Whether the scope's category list arrived whole. */
  categoriesComplete: boolean;
  /** Mode `head` cannot serve: why the scope has to be read in full, in words. What was handed out is true nevertheless. */
  fullNeeded?: string;
  /** What to keep for the next run. */
  memory?: ScopeMemory;
}

export interface ScopeFetchProgress {
  /** Requests to the provider that are done, of those that make up the scope. */
  pagesDone: number;
  pagesTotal?: number;
  itemsFetched: number;
  itemsTotal?: number;
}

/** How much a provider takes, and whether it wants to be left alone. JSON, to be kept whole; times are ms since 1970. */
export interface AccessMemory {
  /** Requests under way at once, and per second, that the provider was seen to take; absent while the settings' own limits hold. */
  parallel?: number;
  requestsPerSecond?: number;
  /** Logins refused in a row. */
  authFailures?: number;
  /** No request before this moment. */
  coolDownUntil?: number;
  /** Why, in words. */
  coolDownReason?: string;
}

/**
 * Keeps what the rows of a scope's list were, so that the next run hands out the rows that changed and of the others only their ids. Named by
 * the digest of the list (`ScopeMemory.digest`): what is kept counts for as long as that does. What gets lost costs time and nothing else.
 */
export interface RowMemoryStore {
  load(scope: Scope, digest: string): Promise<Buffer | undefined>;
  save(scope: Scope, digest: string, rows: Buffer): Promise<void>;
}

/** What a client needs from the outside. */
export interface ProviderClientDeps {
  /** Folder for bodies that are too big for memory; created when missing. Files in it are private and deleted after use. */
  spoolDir: string;
  /** The endpoint that `open` found before. */
  endpoint?: string;
  /** What `access()` of an earlier client said. */
  access?: AccessMemory;
  /** Without it rows that did not change are handed out like the others. */
  rowMemory?: RowMemoryStore;
  /** For connections that name none. */
  userAgent?: string;
  /** Receives one line per notable thing (a retry, a new session, an odd answer); lines carry no secrets. */
  log?: (line: string) => void;
  /** Hosts that may be asked although they are not on the open Internet; none when absent. */
  allowedPrivateHosts?: AllowedPrivateHosts;
  /** How often and how patiently failed requests are repeated. */
  retry?: Partial<RetryPolicy>;
}
