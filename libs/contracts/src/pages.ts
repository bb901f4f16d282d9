import type { JobId } from './ids.js';
import type { PageRowType, Scope, SyncMode } from './scope.js';
import type { JobOutcome, ScopeOutcome } from './events.js';

/** Messages of the work queue between fetcher and reconciler. */
export const PAGE_MESSAGE_TYPE = {
  pageFetched: 'provider.page-fetched.v1',
  scopeFetched: 'provider.scope-fetched.v1',
  jobFetched: 'provider.job-fetched.v1',
} as const;
export type PageMessageType = (typeof PAGE_MESSAGE_TYPE)[keyof typeof PAGE_MESSAGE_TYPE];

/** Bytes of rows in one message at most. */
export const MAX_PAGE_BYTES = 500_000;

/**
 * NATS headers of a `PageFetched` beside the envelope's; its body is a JSON array of raw provider rows with secrets replaced, or of the ids of
 * items whose rows have not changed (`KNOWN_ITEMS`).
 * They stand in headers so that the body travels as the bytes the provider sent.
 */
export const PAGE_HEADER = {
  scope: 'scope',
  runToken: 'runtoken',
  /** Position of the page in its run, from 1; pages of a run are known by it. */
  ordinal: 'ordinal',
  rowType: 'rowtype',
  rowCount: 'rowcount',
  mode: 'mode',
  /** Item rows that the scope has, as far as the provider or its body has told by then; may be left out. */
  scopeRows: 'scoperows',
} as const;

export interface PageAttributes {
  jobId: JobId;
  scope: Scope;
  runToken: number;
  ordinal: number;
  rowType: PageRowType;
  rowCount: number;
  mode: SyncMode;
  scopeRows?: number;
}

/** Ends a scope of a run, whatever came of it. `expectedPages` is how many ordinals (1..n) were published. */
export interface ScopeFetched {
  jobId: JobId;
  scope: Scope;
  runToken: number;
  /** How it was fetched. A run in mode `head` adds and updates, and proves nothing about what it did not list. */
  mode: SyncMode;
  expectedPages: number;
  outcome: ScopeOutcome;
  /** In words, when the outcome is not `complete`. */
  reason?: string;
  /** Items the provider declared for the scope, where the protocol does. */
  declaredTotal?: number;
  /** Item rows that were read, repeats included. */
  itemRows: number;
  /** Whether the category list of the scope arrived whole: only then may categories be removed. */
  categoriesComplete: boolean;
  /** Complete runs in a row that must miss an item before it is removed. */
  removalConfirmations: number;
  /** What may go without a person's word, percent of a kind in the scope; a fetcher of an earlier release does not tell. */
  removalGuard?: RemovalGuard;
}

/** Percent of a kind's items, each from 1 to 100. */
export interface RemovalGuard {
  inOneRun: number;
  inSevenDays: number;
}

/** Ends a job: all its scopes are fetched, failed or cancelled. */
export interface JobFetched {
  jobId: JobId;
  outcome: JobOutcome;
  scopes: { scope: Scope; runToken: number }[];
  imageBaseUrl?: string;
}
