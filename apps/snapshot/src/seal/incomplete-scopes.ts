import type { JobReconciled, Scope } from '@catalogue-sync/contracts';

/** Scopes whose last run was not complete, after a job; scopes that the job did not touch stay what they were. Sorted. */
export function incompleteAfter(job: JobReconciled, before: readonly Scope[]): Scope[] {
  const incomplete = new Set(before);
  for (const { scope, outcome } of job.scopes)
    if (outcome === 'complete' || outcome === 'not-modified') incomplete.delete(scope);
    else incomplete.add(scope);
  return [...incomplete].toSorted();
}
