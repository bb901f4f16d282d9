import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  FACT_TYPE,
  PAGE_MESSAGE_TYPE,
  REQUEST,
  type JobFetched,
  type ProviderId,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';
import { WINDOW_PAGES } from './publish-window.js';
import { pagesWaiting } from './window-feed.js';
import type { TakenMessage } from '../../e2e/support/stand-in.js';

let bench: FetcherBench;
beforeAll(async () => {
  bench = await FetcherBench.start();
}, 60_000);
afterAll(() => bench.stop());

jest.setTimeout(120_000);

describe('take-over', () => {
  it('goes on with the job of a replica that was killed, and never mixes two downloads of a list', async () => {
    bench.panel.rows.movie = 9000;
    const first = await bench.process('first');
    const providerId = await bench.provider();
    // Nobody takes pages in: the first replica fills its window and stands in the middle of the movies.
    const jobId = await bench.startSync(providerId);
    await waitFor(async () => ((await published(jobId, 'movie')) >= 8 ? true : undefined), {
      what: 'a half-published scope',
    });
    // Not more than a window stands in the queue, beside the two ends of scopes that may.
    expect(await pagesWaiting(bench.nats, providerId)).toBeLessThanOrEqual(WINDOW_PAGES + 2);
    await first.kill();
    expect((await bench.rows<{ state: string }>('select state from fetcher.sync_job'))[0]?.state).toBe(
      'fetching',
    );

    const taken = bench.standIn;
    await taken.takePages();
    await bench.replica('second');
    const job = await bench.ended(providerId, jobId);
    expect(job.state).toBe('completed');
    expect(job.scopes.map(({ scope, attempt, outcome }) => [scope, attempt, outcome])).toEqual([
      ['live', 1, 'complete'],
      ['movie', 1, 'complete'],
      ['series', 1, 'complete'],
    ]);

    const pages = taken
      .of(providerId)
      .filter((m) => m.scope === 'movie' && m.type === PAGE_MESSAGE_TYPE.pageFetched);
    // Each take-over begins the list anew, under a token of its own. On a busy machine there may be more than one.
    const tokens = [...new Set(pages.map(({ runToken }) => runToken ?? 0))];
    expect(tokens.length).toBeGreaterThan(1);
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
    for (const token of tokens) {
      const ordinals = pages.filter(({ runToken }) => runToken === token).map(({ ordinal }) => ordinal);
      expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
    }
    const { scopes } = endOfJob(providerId);
    expect(scopes.find(({ scope }) => scope === 'movie')?.runToken).toBe(tokens.at(-1));
    expect(await bench.rows('select 1 from fetcher.sync_job')).toHaveLength(1);
  });

  it('lets a replica that was frozen write nothing when it wakes up (I8)', async () => {
    await bench.stopReplicas();
    await bench.standIn.takePages();
    const zombie = await bench.process('zombie');
    const providerId = await bench.provider();
    const hold = bench.panel.hold('get_vod_streams');
    const jobId = await bench.startSync(providerId);
    await hold.reached;
    zombie.signal('SIGSTOP');
    await bench.replica('awake');
    // Not by a request: the frozen replica still stands in the queue of those who answer.
    const ended = `select r.attempt, j.state, l.token::int as holders
      from fetcher.scope_run r join fetcher.sync_job j on j.id = r.job_id join fetcher.lease l on l.name = 'job:' || j.id
      where j.id = $1 and j.finished_at is not null and r.scope = 'movie'`;
    const [scope] = await waitFor(
      async () => {
        const rows = await bench.rows(ended, [jobId]);
        return rows.length > 0 ? rows : undefined;
      },
      { timeoutMs: 60_000, what: 'the end of the job' },
    );
    // A holder begins the scope once at most. There are two, and more only where the machine was too busy for one to keep its short lease.
    expect(scope?.state).toBe('completed');
    expect(scope?.attempt).toBeGreaterThanOrEqual(2);
    expect(scope?.attempt).toBeLessThanOrEqual(scope?.holders);
    const before = await everything(providerId);
    hold.release();
    zombie.signal('SIGCONT');
    await waitFor(() => zombie.output.join('').includes('lease-lost'), { what: 'the zombie to let go' });
    expect(await everything(providerId)).toEqual(before);
  });

  it('takes over at once from a replica that was asked to end', async () => {
    await bench.stopReplicas();
    await bench.standIn.takePages();
    const leaving = await bench.process('leaving', { LEASE_TTL_MS: '60000' });
    const providerId = await bench.provider();
    const hold = bench.panel.hold('get_series');
    const jobId = await bench.startSync(providerId);
    await hold.reached;
    await bench.replica('staying');
    await leaving.stop();
    hold.release();
    const job = await bench.ended(providerId, jobId);
    expect(job.state).toBe('completed');
    expect(job.scopes.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it.each(['before-close', 'after-close'])(
    'closes a job once, although the replica dies %s',
    async (point) => {
      await bench.stopReplicas();
      await bench.standIn.takePages();
      await bench.standIn.takePages();
      const fragile = await bench.process(`fragile-${point}`, { FAULT_POINTS: `fetcher.job.${point}=kill` });
      const providerId = await bench.provider();
      const jobId = await bench.startSync(providerId);
      await fragile.ended;
      await bench.replica(`rescuer-${point}`);
      const job = await bench.ended(providerId, jobId);
      expect(job).toMatchObject({ state: 'completed', snapshotVersion: 1 });
      await waitFor(async () => (await outboxOf(providerId)).every(({ published }) => published), {
        what: 'the relay',
      });
      expect((await outboxOf(providerId)).map(({ id }) => id)).toEqual([
        `${jobId}:started`,
        `${jobId}:finished`,
      ]);
      expect((await bench.send(REQUEST.getSyncStatus, { providerId })).lastSyncMovies).toBe(job.finishedAt);
      expect(await bench.facts(providerId, FACT_TYPE.syncFinished)).toHaveLength(1);
    },
  );

  it.each(['before-publish', 'after-publish'])(
    'goes on although the replica dies %s of a page',
    async (point) => {
      await bench.stopReplicas();
      await bench.standIn.takePages();
      await bench.standIn.takePages();
      const env = { FAULT_POINTS: `fetcher.page.${point}=kill@3` };
      const fragile = await bench.process(`publisher-${point}`, env);
      const providerId = await bench.provider();
      const jobId = await bench.startSync(providerId);
      await fragile.ended;
      await bench.replica(`successor-${point}`);
      const job = await bench.ended(providerId, jobId);
      expect(job.state).toBe('completed');
      for (const { scope, runToken } of endOfJob(providerId).scopes) {
        const pages = pagesOf(providerId, scope).filter((page) => page.runToken === runToken);
        expect(pages.map(({ ordinal }) => ordinal)).toEqual(pages.map((_, index) => index + 1));
      }
    },
  );
});

async function everything(providerId: ProviderId): Promise<unknown> {
  return [
    await bench.rows('select * from fetcher.provider where id = $1', [providerId]),
    await bench.rows('select * from fetcher.sync_job where provider_id = $1', [providerId]),
    await bench.rows(
      `select r.* from fetcher.scope_run r join fetcher.sync_job j on j.id = r.job_id
       where j.provider_id = $1 order by r.position`,
      [providerId],
    ),
    await bench.rows('select message_id from fetcher.outbox where provider_id = $1 order by id', [
      providerId,
    ]),
  ];
}

async function outboxOf(providerId: string): Promise<{ id: string; published: boolean }[]> {
  return bench.rows(
    `select message_id as id, published_at is not null as published from fetcher.outbox where provider_id = $1 order by created_at`,
    [providerId],
  );
}

function pagesOf(providerId: ProviderId, scope: string): TakenMessage[] {
  const taken = bench.standIn.of(providerId);
  return taken.filter((message) => message.scope === scope && message.type === PAGE_MESSAGE_TYPE.pageFetched);
}

function endOfJob(providerId: ProviderId): JobFetched {
  const [end] = bench.standIn.of(providerId).filter(({ type }) => type === PAGE_MESSAGE_TYPE.jobFetched);
  return JSON.parse(end?.text ?? '{}') as JobFetched;
}

async function published(jobId: string, scope: string): Promise<number> {
  const [row] = await bench.rows<{ published_ordinal: number }>(
    'select published_ordinal from fetcher.scope_run where job_id = $1 and scope = $2',
    [jobId, scope],
  );
  return row?.published_ordinal ?? 0;
}
