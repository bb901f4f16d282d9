import { addCounts, emptyCounts } from '@catalogue-sync/catalogue';
import type { CountsByKind, Scope, ScopeProgress, SweepReport, SyncJobView } from '@catalogue-sync/contracts';
import type { ScopeRun } from './scope-run.entity.js';
import type { ScopeMarks } from './scope-run.store.js';
import type { SyncJob } from './sync-job.entity.js';

/** What is known of a running job beside what is saved of it. */
export interface LiveView {
  /** Fresher marks, where this replica runs the job. */
  marks?: ReadonlyMap<Scope, ScopeMarks>;
  /** What the reconciler says of it. */
  sweep?: SweepReport;
}

/** A job as answers show it. */
export function jobView(job: SyncJob, runs: readonly ScopeRun[], live: LiveView = {}): SyncJobView {
  return {
    id: job.id,
    providerId: job.providerId,
    state: job.state,
    trigger: job.trigger,
    requestedMode: job.requestedMode,
    createdAt: job.createdAt.toISOString(),
    cancelRequested: job.cancelRequestedAt != null,
    scopes: runs.map((run) => scopeView(run, live)),
    counts: job.counts ?? countsSoFar(live.sweep),
    ...(job.onlyScopes == null ? {} : { onlyScopes: job.onlyScopes }),
    ...(job.reason == null ? {} : { reason: job.reason }),
    ...(job.startedAt == null ? {} : { startedAt: job.startedAt.toISOString() }),
    ...(job.finishedAt == null ? {} : { finishedAt: job.finishedAt.toISOString() }),
    ...(job.snapshotVersion == null ? {} : { snapshotVersion: job.snapshotVersion }),
    ...(job.snapshotChanged == null ? {} : { snapshotChanged: job.snapshotChanged }),
  };
}

function scopeView(run: ScopeRun, { marks, sweep }: LiveView): ScopeProgress {
  const fetched = { ...savedMarks(run), ...marks?.get(run.scope) };
  const reconciled = sweep?.scopes.find((scope) => scope.runToken === run.runToken);
  return {
    scope: run.scope,
    mode: run.mode,
    modeReason: run.modeReason,
    // A scope that has ended is only done fetching once the reconciler was told.
    state: reconciled?.closed === true ? 'reconciled' : run.state,
    attempt: run.attempt === 0 ? 0 : Math.min(run.failures + 1, run.attempts),
    attempts: run.attempts,
    pagesDone: fetched.pagesDone,
    itemsFetched: fetched.itemsFetched,
    itemsReconciled: run.state === 'reconciled' ? run.itemRows : (reconciled?.itemRows ?? 0),
    ...(fetched.pagesTotal === undefined ? {} : { pagesTotal: fetched.pagesTotal }),
    ...(fetched.itemsTotal === undefined ? {} : { itemsTotal: fetched.itemsTotal }),
    ...(run.outcome == null ? {} : { outcome: run.outcome }),
    ...(run.reason == null ? {} : { reason: run.reason }),
  };
}

function savedMarks(run: ScopeRun): ScopeMarks {
  return {
    publishedOrdinal: run.publishedOrdinal,
    itemRows: run.itemRows,
    pagesDone: run.pagesDone,
    itemsFetched: run.itemsFetched,
    ...(run.pagesTotal == null ? {} : { pagesTotal: run.pagesTotal }),
    ...(run.itemsTotal == null ? {} : { itemsTotal: run.itemsTotal }),
  };
}

function countsSoFar(sweep: SweepReport | undefined): CountsByKind {
  return (sweep?.scopes ?? []).reduce((sum, scope) => addCounts(sum, scope.counts), emptyCounts());
}
