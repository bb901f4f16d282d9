import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST, STREAM } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  await bench.replica('one');
  await bench.replica('two');
}, 60_000);
afterAll(() => bench.stop());

describe('deleting a provider', () => {
  it('stops its job, empties its queue, waits for the snapshots, and leaves a tombstone', async () => {
    bench.standIn.silence = { providerPurged: true };
    const [providerId, other] = [await bench.provider(), await bench.provider()];
    const hold = bench.panel.hold('get_vod_streams');
    const jobId = await bench.startSync(providerId);
    await hold.reached;
    expect(await queued(providerId)).toBeGreaterThan(0);

    expect(await bench.send(REQUEST.deleteProvider, { providerId })).toEqual({
      providerId,
      state: 'deleting',
    });
    await hold.closed;
    hold.release();
    await waitFor(() => bench.standIn.requests.some(({ pattern }) => pattern === REQUEST.deleteCatalogue), {
      what: 'the request to delete the catalogue',
    });
    expect(await queued(providerId)).toBe(0);
    await expect(bench.startSync(providerId)).rejects.toMatchObject({ code: 'provider-deleting' });
    const { providers } = await bench.send(REQUEST.listProviders, { limit: 100 });
    expect(providers.find(({ id }) => id === providerId)?.state).toBe('deleting');
    expect(await bench.send(REQUEST.deleteProvider, { providerId })).toEqual({
      providerId,
      state: 'deleting',
    });
    // The snapshot service has not said that it is through: nothing may be buried yet.
    await waitFor(async () => (await stateOf(providerId)).catalogue_deleted_at, {
      what: 'the deleted catalogue',
    });
    expect((await stateOf(providerId)).state).toBe('deleting');

    await bench.standIn.providerPurged(providerId);
    await waitFor(async () => (await stateOf(providerId)).state === 'deleted', { what: 'the tombstone' });
    const { id, state, ...rest } = await stateOf(providerId);
    expect([id, state]).toEqual([providerId, 'deleted']);
    expect(Object.values(rest).filter((value) => value !== null)).toEqual([]);
    for (const table of ['sync_job', 'outbox']) {
      expect(await bench.rows(`select 1 from fetcher.${table} where provider_id = $1`, [providerId])).toEqual(
        [],
      );
    }
    expect(await bench.rows('select 1 from fetcher.scope_run where job_id = $1', [jobId])).toEqual([]);
    for (const pattern of [REQUEST.getProvider, REQUEST.getSyncStatus, REQUEST.deleteProvider] as const) {
      await expect(bench.send(pattern, { providerId })).rejects.toMatchObject({ code: 'provider-not-found' });
    }
    // I10: the other provider has not noticed.
    bench.standIn.silence = {};
    expect((await bench.send(REQUEST.getProvider, { providerId: other })).state).toBe('active');
  });

  it('is gone on with by another replica when the one that began it dies', async () => {
    bench.standIn.silence = { providerPurged: true };
    const providerId = await bench.provider();
    await bench.rows(`update fetcher.provider set state = 'deleting' where id = $1`, [providerId]);
    await waitFor(async () => (await stateOf(providerId)).catalogue_deleted_at, {
      what: 'the deleted catalogue',
    });
    await bench.standIn.providerPurged(providerId);
    await waitFor(async () => (await stateOf(providerId)).state === 'deleted', { what: 'the tombstone' });
    expect((await stateOf(providerId)).connection_encrypted).toBeNull();
    bench.standIn.silence = {};
  });
});

async function stateOf(providerId: string): Promise<Record<string, unknown>> {
  const [row] = await bench.rows('select * from fetcher.provider where id = $1', [providerId]);
  return row ?? {};
}

async function queued(providerId: string): Promise<number> {
  return (await bench.subjectsOf(STREAM.pages)).filter((subject) => subject.includes(providerId)).length;
}
