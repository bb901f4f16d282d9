import type { ConnectionReport, Protocol, RowType, Scope } from '@catalogue-sync/contracts';
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
  /** Closes sockets and deletes what was spooled. */
  close(): Promise<void>;
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
}

export interface FetchedPage {
  /** Position in the scope, from 1, without gaps. */
  ordinal: number;
  rowType: RowType;
  rowCount: number;
  /** A JSON array of raw rows, secrets replaced by placeholders, at most MAX_PAGE_BYTES long. Read it with `parseRows`. */
  rows: Buffer;
}

export interface ScopeEnd {
  /**
   * `complete` only when the end was proved; `drifted` when the list changed under the walk in a way that may have hidden rows;
   * `incomplete` for everything else.
   */
  outcome: 'complete' | 'incomplete' | 'drifted';
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
}

export interface ScopeFetchProgress {
  /** Requests to the provider that are done, of those that make up the scope. */
  pagesDone: number;
  pagesTotal?: number;
  itemsFetched: number;
  itemsTotal?: number;
}

/** What a client needs from the outside. */
export interface ProviderClientDeps {
  /** Folder for bodies that are too big for memory; created when missing. Files in it are private and deleted after use. */
  spoolDir: string;
  /** The endpoint that `open` found before. */
  endpoint?: string;
  /** For connections that name none. */
  userAgent?: string;
  /** Receives one line per notable thing (a retry, a new session, an odd answer); lines carry no secrets. */
  log?: (line: string) => void;
  /** How often and how patiently failed requests are repeated. */
  retry?: Partial<RetryPolicy>;
}
