import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FACT_TYPE,
  HEADER,
  PAGE_HEADER,
  PAGE_MESSAGE_TYPE,
  REQUEST,
  type JobFetched,
  type ScopeFetched,
  type SyncFinished,
  type SyncStarted,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
  await bench.replica('one');
  await bench.standIn.takePages();
}, 60_000);
afterAll(() => bench.stop());

describe('a sync', () => {
  it('publishes each scope as rows with rising ordinals, ends scopes and job, and is closed by what the others say', async () => {
    bench.panel.rows.movie = 1200;
    const providerId = await bench.provider();
    const jobId = await bench.startSync(providerId);
    const job = await bench.ended(providerId, jobId);

    const taken = bench.standIn.of(providerId);
    for (const scope of ['live', 'movie', 'series'] as const) {
      const pages = taken.filter((m) => m.type === PAGE_MESSAGE_TYPE.pageFetched && m.scope === scope);
      expect(pages.map((page) => page.ordinal)).toEqual(pages.map((_, index) => index + 1));
      expect(new Set(pages.map((page) => page.runToken)).size).toBe(1);
      const [end] = endsOf(taken, scope);
      expect(end).toMatchObject({
        jobId,
        scope,
        outcome: 'complete',
        expectedPages: pages.length,
        categoriesComplete: true,
      });
      expect(end?.itemRows).toBe(bench.panel.rows[scope]);
      for (const page of pages) {
        expect(page.messageId).toBe(`${providerId}:${page.runToken}:${page.ordinal}`);
        expect(page.header(HEADER.jobId)).toBe(jobId);
        expect(JSON.parse(page.text)).toHaveLength(Number(page.header(PAGE_HEADER.rowCount)));
      }
      expect(pages[0]?.header(PAGE_HEADER.rowType)).toBe('xtream-category');
    }
    // 1200 rows of about 1 kB do not fit into one message.
    expect(taken.filter((m) => m.scope === 'movie').length).toBeGreaterThan(3);

    const jobEnds = taken.filter((message) => message.type === PAGE_MESSAGE_TYPE.jobFetched);
    expect(jobEnds).toHaveLength(1);
    expect(jobEnds[0]?.messageId).toBe(`${jobId}:end`);
    const end = JSON.parse(jobEnds[0]?.text ?? '') as JobFetched;
    expect(end.outcome).toBe('completed');
    expect(end.scopes.map(({ scope }) => scope)).toEqual(['live', 'movie', 'series']);
    expect(end.scopes.map(({ runToken }) => runToken)).toEqual([1, 2, 3]);

    expect(job).toMatchObject({
      state: 'completed',
      snapshotVersion: 1,
      snapshotChanged: true,
      cancelRequested: false,
    });
    expect(job.counts.movie.added).toBe(5);
    expect(job.scopes.map(({ state, itemsReconciled }) => [state, itemsReconciled])).toEqual([
      ['reconciled', 20],
      ['reconciled', 1200],
      ['reconciled', 10],
    ]);

    const status = await bench.send(REQUEST.getSyncStatus, { providerId });
    expect(status.totals).toEqual({ channel: 1, movie: 2, series: 3 });
    expect([status.lastSyncChannels, status.lastSyncMovies, status.lastSyncSeries]).toEqual(
      Array.from({ length: 3 }, () => job.finishedAt),
    );
    expect(status.activeJob).toBeUndefined();
    expect(status.lastJob?.id).toBe(jobId);

    const finished = await waitFor(async () => {
      const facts = await bench.facts<SyncFinished>(providerId, FACT_TYPE.syncFinished);
      return facts.length > 0 ? facts : undefined;
    });
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ jobId, outcome: 'completed', snapshotVersion: 1 });
    const started = await bench.facts<SyncStarted>(providerId, FACT_TYPE.syncStarted);
    expect(started).toEqual([{ providerId, jobId, trigger: 'test' }]);
  });

  it('gives run tokens that rise over the jobs of a provider, and picks a lighter mode the second time', async () => {
    const providerId = await bench.provider();
    const first = await bench.ended(providerId, await bench.startSync(providerId));
    const second = await bench.ended(providerId, await bench.startSync(providerId));
    expect(first.scopes.map(({ mode }) => mode)).toEqual(['full', 'full', 'full']);
    expect(second.scopes.map(({ mode }) => mode)).toEqual(['list', 'list', 'list']);
    const tokens = bench.standIn
      .of(providerId)
      .filter((message) => message.type === PAGE_MESSAGE_TYPE.jobFetched)
      .flatMap(({ text }) => (JSON.parse(text) as JobFetched).scopes.map(({ runToken }) => runToken));
    expect(tokens).toEqual([1, 2, 3, 4, 5, 6]);
    const { jobs, nextCursor } = await bench.send(REQUEST.listJobs, { providerId, limit: 1 });
    expect(jobs.map(({ id }) => id)).toEqual([second.id]);
    const rest = await bench.send(REQUEST.listJobs, { providerId, limit: 1, cursor: nextCursor });
    expect(rest.jobs.map(({ id }) => id)).toEqual([first.id]);
    expect(rest.nextCursor).toBeUndefined();
  });

  it('reads everything once after a reset', async () => {
    const providerId = await bench.provider();
    await bench.ended(providerId, await bench.startSync(providerId));
    await bench.send(REQUEST.resetProvider, { providerId });
    const reset = await bench.ended(providerId, await bench.startSync(providerId));
    expect(reset.scopes.map(({ modeReason }) => modeReason)).toEqual(
      Array.from({ length: 3 }, () => 'the provider was reset'),
    );
    const after = await bench.ended(providerId, await bench.startSync(providerId));
    expect(after.scopes.map(({ mode }) => mode)).toEqual(['list', 'list', 'list']);
  });

  it('is one, however many ask for it at once (I7)', async () => {
    const providerId = await bench.provider();
    const hold = bench.panel.hold('get_vod_streams');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        bench.send(REQUEST.startSync, { providerId, mode: 'auto', trigger: 'test' }),
      ),
    );
    expect(answers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    await hold.reached;
    const running = await bench.send(REQUEST.getSyncStatus, { providerId });
    expect(running.activeJob).toMatchObject({ id: answers[0]?.job.id, state: 'fetching' });
    expect(running.activeJob?.scopes.map(({ state }) => state)).toEqual(['fetched', 'fetching', 'waiting']);
    // What the reconciler has come to stands beside what is fetched.
    expect(running.activeJob?.counts.movie.added).toBeGreaterThan(0);
    expect((await bench.send(REQUEST.getProvider, { providerId })).activeJobId).toBe(answers[0]?.job.id);
    hold.release();
    const jobId = answers[0]?.job.id;
    expect(jobId && (await bench.ended(providerId, jobId)).state).toBe('completed');
    expect(
      await bench.rows('select 1 from fetcher.sync_job where provider_id = $1', [providerId]),
    ).toHaveLength(1);
  });

  it('has the database refuse a second active job, not the code alone (I7)', async () => {
    const providerId = await bench.provider();
    const insert = `insert into fetcher.sync_job (id, provider_id, state, trigger, requested_mode)
      values (gen_random_uuid(), $1, $2, 'test', 'auto')`;
    await bench.rows(insert, [providerId, 'publishing']);
    await expect(bench.rows(insert, [providerId, 'queued'])).rejects.toThrow(/sync_job_one_active/);
    await bench.rows(insert, [providerId, 'completed']);
    await bench.rows('delete from fetcher.sync_job where provider_id = $1', [providerId]);
  });
});

function endsOf(taken: readonly { type: string; text: string }[], scope: string): ScopeFetched[] {
  return taken
    .filter((message) => message.type === PAGE_MESSAGE_TYPE.scopeFetched)
    .map((message) => JSON.parse(message.text) as ScopeFetched)
    .filter((end) => end.scope === scope);
}
