import { describe, expect, it } from '@jest/globals';
import { emptyCounts } from '@catalogue-sync/catalogue';
import type { JobId, ProviderId } from '@catalogue-sync/contracts';
import type { Sweep } from '../sweep/sweep.js';
import { jobCounts } from './job-counts.js';

const sweep = (state: Sweep['state'], movie: Partial<ReturnType<typeof emptyCounts>['movie']>): Sweep => ({
  providerId: 'p1' as ProviderId,
  runToken: 1,
  scope: 'movie',
  jobId: 'j' as JobId,
  state,
  pages: 1,
  parkedPages: 0,
  itemRows: 0,
  malformedRows: 0,
  unidentifiedRows: 0,
  categoryRows: 0,
  changedRows: 0,
  sample: 'passed',
  sampleKnown: 0,
  sampleUnknown: 0,
  cancelled: false,
  pendingRemovals: 0,
  heldRemovals: 0,
  counts: { ...emptyCounts(), movie: { ...emptyCounts().movie, ...movie } },
});

describe('jobCounts', () => {
  it('counts an item that a superseded attempt added as added, once', () => {
    const counts = jobCounts([
      sweep('superseded', { added: 60 }),
      sweep('closed', { added: 40, unchanged: 60 }),
    ]);
    expect(counts.movie).toEqual({ added: 100, updated: 0, removed: 0, unchanged: 0 });
  });

  it('sums the scopes of a job', () => {
    const counts = jobCounts([
      sweep('closed', { added: 1, updated: 2 }),
      sweep('closed', { removed: 3, unchanged: 4 }),
    ]);
    expect(counts.movie).toEqual({ added: 1, updated: 2, removed: 3, unchanged: 4 });
  });
});
