import type { JobId, Scope } from '@catalogue-sync/contracts';
import type { ScopeMarks } from './scope-run.store.js';

/** How far the jobs of this replica have come, fresher than what is saved of them. */
export class ProgressBoard {
  private readonly jobs = new Map<JobId, Map<Scope, ScopeMarks>>();

  set(jobId: JobId, scope: Scope, marks: ScopeMarks): void {
    let scopes = this.jobs.get(jobId);
    if (!scopes) this.jobs.set(jobId, (scopes = new Map()));
    scopes.set(scope, marks);
  }

  of(jobId: JobId): ReadonlyMap<Scope, ScopeMarks> {
    return this.jobs.get(jobId) ?? new Map();
  }

  drop(jobId: JobId): void {
    this.jobs.delete(jobId);
  }
}
