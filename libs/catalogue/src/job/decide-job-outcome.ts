import type { JobOutcome, ScopeOutcome } from '@catalogue-sync/contracts';

/**
 * How a job ends, by how its scopes ended: `cancelled` when any was cancelled; `completed` when all are complete or not modified;
 * `failed` when all failed, or when there is none (the provider never opened); `partial` otherwise: something came through.
 */
export function decideJobOutcome(scopeOutcomes: readonly ScopeOutcome[]): JobOutcome {
  if (scopeOutcomes.includes('cancelled')) return 'cancelled';
  if (scopeOutcomes.every((outcome) => outcome === 'failed')) return 'failed';
  return scopeOutcomes.every((outcome) => outcome === 'complete' || outcome === 'not-modified')
    ? 'completed'
    : 'partial';
}
