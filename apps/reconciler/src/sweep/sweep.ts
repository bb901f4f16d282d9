import type {
  CountsByKind,
  ItemKind,
  JobId,
  ProviderId,
  Scope,
  ScopeFetched,
  ScopeOutcome,
} from '@catalogue-sync/contracts';

/** One run over one scope, as far as it was taken in. */
export interface Sweep {
  providerId: ProviderId;
  runToken: number;
  scope: Scope;
  jobId: JobId;
  state: 'open' | 'closed' | 'superseded';
  pages: number;
  parkedPages: number;
  itemRows: number;
  malformedRows: number;
  /** Malformed rows of which not even the id can be read. */
  unidentifiedRows: number;
  categoryRows: number;
  /** Rows taken in that were new or differed from what was known. */
  changedRows: number;
  counts: CountsByKind;
  /** Items that the run saw, by kind; undefined for a run that began before they were counted. */
  seen?: Record<ItemKind, number>;
  /** Whether the run's first rows have shown that the catalogue is still the one that is known. */
  sample: 'pending' | 'passed' | 'suspected';
  sampleKnown: number;
  sampleUnknown: number;
  sampleDigest?: string;
  /** Its job was cancelled: nothing more of it is taken in. */
  cancelled: boolean;
  fetched?: ScopeFetched;
  outcome?: ScopeOutcome;
  reason?: string;
  /** Set when it is closed. */
  pendingRemovals: number;
  heldRemovals: number;
}

/** A row of the table `sweep`. */
export interface SweepRow {
  provider_id: ProviderId;
  run_token: string;
  scope: Scope;
  job_id: JobId;
  state: Sweep['state'];
  pages: number;
  parked_pages: number;
  item_rows: number;
  malformed_rows: number;
  unidentified_rows: number;
  category_rows: number;
  changed_rows: number;
  counts: CountsByKind;
  seen: Record<ItemKind, number> | null;
  sample: Sweep['sample'];
  sample_known: number;
  sample_unknown: number;
  sample_digest: string | null;
  cancelled: boolean;
  fetched: ScopeFetched | null;
  outcome: ScopeOutcome | null;
  reason: string | null;
  pending_removals: number;
  held_removals: number;
}

export function toSweep(row: SweepRow): Sweep {
  return {
    providerId: row.provider_id,
    runToken: Number(row.run_token),
    scope: row.scope,
    jobId: row.job_id,
    state: row.state,
    pages: row.pages,
    parkedPages: row.parked_pages,
    itemRows: row.item_rows,
    malformedRows: row.malformed_rows,
    unidentifiedRows: row.unidentified_rows,
    categoryRows: row.category_rows,
    changedRows: row.changed_rows,
    counts: row.counts,
    ...(row.seen === null ? {} : { seen: row.seen }),
    sample: row.sample,
    sampleKnown: row.sample_known,
    sampleUnknown: row.sample_unknown,
    ...(row.sample_digest === null ? {} : { sampleDigest: row.sample_digest }),
    cancelled: row.cancelled,
    pendingRemovals: row.pending_removals,
    heldRemovals: row.held_removals,
    ...(row.fetched === null ? {} : { fetched: row.fetched }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
