import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST, type JobId, type ProviderId } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  const env = { MAX_CONCURRENT_SYNCS: '2' };
  await bench.replica('one', env);
  await bench.replica('two', env);
  await bench.standIn.takePages();
});
afterAll(() => bench.stop());

interface Queued {
  providerId: ProviderId;
  jobId: JobId;
}

const states = (jobs: readonly Queued[]) =>
  Promise.all(jobs.map(async ({ providerId, jobId }) => (await bench.job(providerId, jobId)).state));

describe('the queue of jobs', () => {
  it('lets as many providers run at once as it may, over all replicas, the longest waiting first', async () => {
    const holds = [bench.panel.hold('get_live_categories')];
    const jobs: Queued[] = [];
    // One after the other: each is held in the middle of its first answer, until it is let go.
    for (let index = 0; index < 5; index += 1) {
      const providerId = await bench.provider(`panel ${index}`);
      jobs.push({ providerId, jobId: await bench.startSync(providerId) });
      if (index < 2) {
        await holds[index]?.reached;
        holds.push(bench.panel.hold('get_live_categories'));
      }
    }
    expect(await states(jobs)).toEqual(['fetching', 'fetching', 'queued', 'queued', 'queued']);
    // Asking again for one that waits gives the one that waits.
    const third = jobs[2];
    if (!third) throw new Error('no third job');
    const again = await bench.send(REQUEST.startSync, {
      providerId: third.providerId,
      mode: 'full',
      trigger: 'test',
    });
    expect(again).toMatchObject({ started: false, job: { id: third.jobId } });

    holds[1]?.release();
    await holds[2]?.reached;
    await waitFor(async () => ((await states(jobs))[1] === 'completed' ? true : undefined), {
      what: 'the second job to end',
    });
    expect((await states(jobs)).slice(2)).toEqual(['fetching', 'queued', 'queued']);
    holds[0]?.release();
    holds[2]?.release();
    for (const { providerId, jobId } of jobs) {
      expect((await bench.ended(providerId, jobId)).state).toBe('completed');
    }
  });
});
