import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  PAGE_MESSAGE_TYPE,
  REQUEST,
  STREAM,
  subjects,
  type JobFetched,
  type ScopeFetched,
} from '@catalogue-sync/contracts';
import { purgeSubject } from '@catalogue-sync/messaging';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  await bench.replica('one');
  await bench.replica('two');
  await bench.standIn.takePages();
});
afterAll(() => bench.stop());

describe('how a job ends', () => {
  it('is partial when one scope fails; the others go on', async () => {
    bench.panel.failing.set('get_vod_streams', 404);
    const providerId = await bench.provider();
    const job = await bench.ended(providerId, await bench.startSync(providerId));
    bench.panel.failing.clear();
    expect(job.state).toBe('partial');
    expect(job.scopes.map(({ scope, outcome }) => [scope, outcome])).toEqual([
      ['live', 'complete'],
      ['movie', 'failed'],
      ['series', 'complete'],
    ]);
    expect(job.scopes[1]?.reason).toMatch(/404/);
    expect(job.reason).toMatch(/^movie: .*404/);
    const status = await bench.send(REQUEST.getSyncStatus, { providerId });
    expect(status.lastSyncMovies).toBeUndefined();
    expect(status.lastSyncChannels).toBe(job.finishedAt);
  });

  it('is failed when the provider refuses the login, by the same path as any other', async () => {
    const providerId = await bench.provider();
    const connection = { ...bench.connection, password: 'a-wrong-password' } as typeof bench.connection;
    await bench.send(REQUEST.updateProvider, { providerId, connection, sameCatalogue: true });
    const jobId = await bench.startSync(providerId);
    const job = await bench.ended(providerId, jobId);
    expect(job).toMatchObject({ state: 'failed', scopes: [] });
    expect(job.reason).toBeTruthy();
    expect(job.reason).not.toContain('a-wrong-password');
    const [end] = bench.standIn.of(providerId);
    expect(JSON.parse(end?.text ?? '')).toEqual({
      jobId,
      outcome: 'failed',
      scopes: [],
    } satisfies JobFetched);
  });

  it('is cancelled at once, down to the socket, whichever replica is asked', async () => {
    const providerId = await bench.provider();
    // Two replicas answer requests in turn: some of these cancels come to the one that does not run the job.
    for (let round = 0; round < 4; round += 1) {
      const hold = bench.panel.hold('get_vod_streams');
      const jobId = await bench.startSync(providerId);
      await hold.reached;
      const asked = performance.now();
      const { job } = await bench.send(REQUEST.cancelSync, { providerId });
      expect(job.cancelRequested).toBe(true);
      await hold.closed;
      expect(performance.now() - asked).toBeLessThan(1_000);
      hold.release();
      const ended = await bench.ended(providerId, jobId);
      expect(ended).toMatchObject({ state: 'cancelled', cancelRequested: true });
      const first = round === 0 ? 'complete' : 'not-modified';
      expect(ended.scopes.map(({ outcome }) => outcome)).toEqual([first, 'cancelled', 'cancelled']);
    }
    const ends = bench.standIn
      .of(providerId)
      .filter((message) => message.type === PAGE_MESSAGE_TYPE.scopeFetched)
      .map((message) => JSON.parse(message.text) as ScopeFetched);
    expect(ends.slice(0, 3).map(({ scope, outcome }) => [scope, outcome])).toEqual([
      ['live', 'complete'],
      ['movie', 'cancelled'],
      ['series', 'cancelled'],
    ]);
  });

  it('has nothing to cancel when nothing runs', async () => {
    const providerId = await bench.provider();
    await expect(bench.send(REQUEST.cancelSync, { providerId })).rejects.toMatchObject({
      code: 'no-active-job',
    });
  });

  it('comes to its end although both messages that should end it are lost', async () => {
    bench.standIn.silence = { jobReconciled: true, snapshot: true };
    const providerId = await bench.provider();
    const job = await bench.ended(providerId, await bench.startSync(providerId));
    bench.standIn.silence = {};
    expect(job).toMatchObject({ state: 'completed', snapshotVersion: 1, snapshotChanged: true });
    expect(job.counts.movie.added).toBe(5);
  });

  it('is failed, and not for ever under way, when the work queue loses what was fetched', async () => {
    await bench.standIn.stopTaking();
    const providerId = await bench.provider();
    const jobId = await bench.startSync(providerId);
    await waitFor(async () => (await bench.job(providerId, jobId)).state === 'reconciling', {
      what: 'the hand-over',
    });
    await purgeSubject(bench.nats, STREAM.pages, subjects.pagesOf(providerId));
    const job = await bench.ended(providerId, jobId);
    await bench.standIn.takePages();
    expect(job.state).toBe('failed');
    expect(job.reason).toMatch(/lost/);
    // What its lists were is not gone by, though nothing was remembered of the scopes yet.
    expect(await bench.rows('select 1 from fetcher.row_memory where provider_id = $1', [providerId])).toEqual(
      [],
    );
    // The next one finds its way again.
    expect((await bench.ended(providerId, await bench.startSync(providerId))).state).toBe('completed');
  });

  it('is the same for one provider while another one hangs (I10)', async () => {
    const [hanging, healthy] = [await bench.provider(), await bench.provider()];
    const hold = bench.panel.hold('get_vod_streams');
    const hung = await bench.startSync(hanging);
    await hold.reached;
    expect((await bench.ended(healthy, await bench.startSync(healthy))).state).toBe('completed');
    expect((await bench.job(hanging, hung)).state).toBe('fetching');
    hold.release();
    expect((await bench.ended(hanging, hung)).state).toBe('completed');
  });

  it('does not depend on hints: a full window asks for the truth', async () => {
    bench.standIn.silence = { hints: true };
    bench.panel.rows.movie = 9000;
    const providerId = await bench.provider();
    const job = await bench.ended(providerId, await bench.startSync(providerId));
    bench.standIn.silence = {};
    bench.panel.rows.movie = 50;
    expect(job.state).toBe('completed');
    const pages = bench.standIn.of(providerId).filter(({ scope, ordinal }) => scope === 'movie' && ordinal);
    // More than one window, or this proves nothing.
    expect(pages.length).toBeGreaterThan(16);
  });
});
