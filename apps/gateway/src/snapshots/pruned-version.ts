import type { ProviderId } from '@catalogue-sync/contracts';
import { ProblemError } from '../problem/problem-error.js';

/** The refusal of a version that was kept once. */
export function prunedVersion(provider: ProviderId, version: number): ProblemError {
  return new ProblemError(
    'snapshot-pruned',
    `Version ${version} is not kept any more. Load the current one from /api/providers/${provider}/snapshot, and go on from it.`,
  );
}
