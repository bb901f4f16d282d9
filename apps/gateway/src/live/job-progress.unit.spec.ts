import { describe, expect, it } from '@jest/globals';
import type { ScopeProgress } from '@catalogue-sync/contracts';
import { sampleJob } from '../../fixtures/sample-views.js';
import { followJob, type FollowedJob } from './job-progress.js';

const scope = (changes: Partial<ScopeProgress>): ScopeProgress => ({
  scope: 'vod',
  mode: 'full',
  modeReason: 'first sync',
  state: 'fetching',
  attempt: 1,
  attempts: 3,
  pagesDone: 0,
  itemsFetched: 0,
  itemsReconciled: 0,
  ...changes,
});

describe('followJob', () => {
  it('goes by what was compared, not by what was fetched', () => {
    const job = sampleJob({
      scopes: [scope({ itemsFetched: 1000, itemsTotal: 1000, itemsReconciled: 500 })],
    });
    expect(followJob(undefined, job, 0).progress.fraction).toBe(0.47);
  });

  it('is indeterminate while a total is unknown', () => {
    const job = sampleJob({
      scopes: [scope({ itemsFetched: 40, itemsTotal: 1000 }), scope({ scope: 'live', state: 'waiting' })],
    });
    expect(followJob(undefined, job, 0).progress.fraction).toBeUndefined();
  });

  it('never says 95 % while the job is active', () => {
    const done = scope({ state: 'reconciled', outcome: 'complete', itemsFetched: 10, itemsReconciled: 10 });
    for (const state of ['fetching', 'reconciling', 'publishing'] as const)
      expect(followJob(undefined, sampleJob({ state, scopes: [done] }), 0).progress.fraction).toBeLessThan(
        0.95,
      );
  });

  it('never goes back, when a replica that knows less answers or a scope is tried again', () => {
    const looks = [
      sampleJob({
        state: 'fetching',
        scopes: [scope({ itemsFetched: 800, itemsTotal: 1000, itemsReconciled: 700 })],
      }),
      sampleJob({
        state: 'queued',
        scopes: [scope({ itemsFetched: 100, itemsTotal: 1000, itemsReconciled: 90 })],
      }),
      sampleJob({ scopes: [scope({ attempt: 2, itemsFetched: 5, itemsTotal: 2000, itemsReconciled: 0 })] }),
      sampleJob({
        state: 'reconciling',
        scopes: [scope({ state: 'reconciled', itemsFetched: 2000, itemsReconciled: 2000 })],
      }),
      sampleJob({
        state: 'reconciling',
        scopes: [scope({ state: 'fetched', itemsFetched: 2000, itemsReconciled: 1500 })],
      }),
    ];
    let followed: FollowedJob | undefined;
    const fractions: number[] = [];
    for (const [i, job] of looks.entries()) {
      const before = followed?.progress.parts[0];
      followed = followJob(followed, job, i * 500);
      const [part] = followed.progress.parts;
      expect(part?.itemsCompared).toBeGreaterThanOrEqual(before?.itemsCompared ?? 0);
      expect(part?.itemsFetched).toBeGreaterThanOrEqual(before?.itemsFetched ?? 0);
      fractions.push(followed.progress.fraction ?? 0);
    }
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(followed?.progress).toMatchObject({ phase: 'reconciling', parts: [{ state: 'ended' }] });
  });

  it('starts anew with another job', () => {
    const first = followJob(undefined, sampleJob({ state: 'publishing' }), 0);
    const next = sampleJob({
      id: '0199a0b0-0000-7000-8000-000000000002' as never,
      state: 'queued',
      scopes: [],
    });
    expect(followJob(first, next, 1).progress).toMatchObject({ phase: 'queued', parts: [] });
  });

  it('tells speed and remaining time from what happened lately', () => {
    let followed: FollowedJob | undefined;
    for (let second = 0; second <= 30; second++)
      followed = followJob(
        followed,
        sampleJob({
          scopes: [scope({ itemsFetched: 5000, itemsTotal: 5000, itemsReconciled: second * 100 })],
        }),
        second * 1000,
      );
    expect(followed?.progress).toMatchObject({ itemsPerSecond: 100, remainingSeconds: 20 });
    expect(followed?.samples.length).toBeLessThanOrEqual(15);
  });
});
