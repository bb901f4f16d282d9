import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  await bench.replica('one');
  await bench.standIn.takePages();
});
afterEach(() => {
  bench.panel.cutting.clear();
  bench.panel.failing.clear();
});
afterAll(() => bench.stop());

describe('a scope that fails', () => {
  it('is tried again within the job, after the others, and comes through', async () => {
    const providerId = await bench.provider();
    // A request is repeated five times before its try counts as failed.
    bench.panel.cutting.set('get_vod_streams', 5);
    const job = await bench.sync(providerId);
    expect(job.state).toBe('completed');
    expect(job.scopes.map(({ attempt, attempts, outcome }) => [attempt, attempts, outcome])).toEqual([
      [1, 3, 'complete'],
      [2, 3, 'complete'],
      [1, 3, 'complete'],
    ]);
  });

  it('is given up after as many tries as it may have; a retry repeats that scope alone', async () => {
    const providerId = await bench.provider('a panel that fails', { scopeAttempts: 2 });
    bench.panel.failing.set('get_vod_streams', 500);
    const job = await bench.sync(providerId);
    expect(job.state).toBe('partial');
    expect(job.scopes[1]).toMatchObject({ scope: 'movie', attempt: 2, attempts: 2, outcome: 'failed' });
    expect(job.scopes[1]?.reason).toMatch(/500/);
    bench.panel.failing.clear();

    const retry = await bench.send(REQUEST.retryJob, { providerId, jobId: job.id, trigger: 'test' });
    expect(retry.started).toBe(true);
    const again = await bench.ended(providerId, retry.job.id);
    expect(again).toMatchObject({ state: 'completed', onlyScopes: ['movie'] });
    expect(again.scopes.map(({ scope, outcome }) => [scope, outcome])).toEqual([['movie', 'complete']]);
    await expect(
      bench.send(REQUEST.retryJob, { providerId, jobId: again.id, trigger: 'test' }),
    ).rejects.toMatchObject({ code: 'nothing-to-retry' });
  });

  it('is not tried again when the provider refuses as a matter of policy', async () => {
    const providerId = await bench.provider();
    bench.panel.failing.set('get_vod_streams', 451);
    const job = await bench.sync(providerId);
    expect(job.scopes[1]).toMatchObject({ attempt: 1, outcome: 'failed' });
    expect(bench.panel.asked.filter((action) => action === 'get_vod_streams').length).toBeGreaterThan(0);
  });

  it('is given up with the job when that takes longer than it may', async () => {
    const providerId = await bench.provider();
    await bench.rows(
      `update fetcher.provider set settings = settings || '{"jobDeadlineMinutes": 0.02}' where id = $1`,
      [providerId],
    );
    const hold = bench.panel.hold('get_vod_streams');
    const job = await bench.sync(providerId);
    await hold.closed;
    expect(job.state).toBe('partial');
    expect(job.scopes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['complete', undefined],
      ['failed', 'the sync took longer than it may'],
      ['failed', 'the sync took longer than it may'],
    ]);
    hold.release();
  });

  it('ends at once when the job is cancelled in the pause between two tries', async () => {
    const patient = await bench.replica('patient', { SCOPE_RETRY_MS: '600000' });
    const providerId = await bench.provider();
    await bench.stopFirst();
    bench.panel.failing.set('get_vod_streams', 500);
    const jobId = await bench.startSync(providerId);
    await waitFor(
      async () => {
        const { scopes } = await bench.job(providerId, jobId);
        return scopes[1]?.attempt === 2 && scopes[2]?.outcome === 'complete' ? true : undefined;
      },
      { timeoutMs: 60_000, what: 'the pause' },
    );
    const { job } = await bench
      .send(REQUEST.retryJob, { providerId, jobId, trigger: 'test' })
      .catch((error) => ({
        job: error as { code: string },
      }));
    expect(job).toMatchObject({ code: 'job-active' });
    await bench.send(REQUEST.cancelSync, { providerId });
    const ended = await bench.ended(providerId, jobId, 3_000);
    expect(ended.scopes.map(({ outcome }) => outcome)).toEqual(['complete', 'cancelled', 'complete']);
    await patient.stop();
  });
});
