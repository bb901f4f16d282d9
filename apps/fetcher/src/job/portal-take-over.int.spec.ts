import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  PAGE_MESSAGE_TYPE,
  REQUEST,
  type ProviderId,
  type ScopeFetched,
  type StalkerConnection,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { FetcherBench } from '../../e2e/support/fetcher-bench.js';
import { SimulatorProcess } from '../../e2e/support/simulator-process.js';

jest.setTimeout(120_000);

const MOVIES = 6_000;
const MAC = '00:1A:79:00:00:01';

let bench: FetcherBench;
let simulator: SimulatorProcess;
beforeAll(async () => {
  const account = { username: 'user-of-tests', password: 'pass-of-tests', mac: MAC };
  const portal = { name: 'portal', movies: MOVIES, series: 0, channels: 30, pageSize: 14, account };
  [bench, simulator] = await Promise.all([FetcherBench.start(), SimulatorProcess.start([portal])]);
}, 60_000);
afterAll(async () => {
  await bench.stop();
  await simulator.stop();
});

/** A portal of the simulator as a provider. */
async function portalProvider(): Promise<ProviderId> {
  const connection: StalkerConnection = { protocol: 'stalker', url: `${simulator.url}/portal/c/`, mac: MAC };
  const settings = { requestsPerSecond: 10_000, parallelRequests: 8 };
  const { id } = await bench.send(REQUEST.createProvider, { name: 'portal', connection, settings });
  return id;
}

it('goes on with a portal at the page where its reader died, under the same token', async () => {
  const first = await bench.process('first');
  const providerId = await portalProvider();
  // Nobody takes pages in: the reader stands still when its window is full.
  const jobId = await bench.startSync(providerId);
  const stood = await waitFor(async () => {
    const [run] = await bench.rows<{ published_ordinal: number; run_token: string }>(
      `select published_ordinal, run_token from fetcher.scope_run where job_id = $1 and scope = 'vod'`,
      [jobId],
    );
    return run && run.published_ordinal >= 5 ? run : undefined;
  });
  await first.kill();

  await bench.standIn.takePages();
  await bench.replica('second');
  const job = await bench.ended(providerId, jobId, 60_000);
  expect(job.state).toBe('completed');
  const vod = job.scopes.find(({ scope }) => scope === 'vod');
  expect(vod).toMatchObject({ attempt: 1, outcome: 'complete', itemsFetched: MOVIES, itemsTotal: MOVIES });

  const messages = bench.standIn
    .of(providerId)
    .filter(({ scope, type }) => scope === 'vod' && type === PAGE_MESSAGE_TYPE.pageFetched);
  expect(new Set(messages.map(({ runToken }) => runToken))).toEqual(new Set([Number(stood.run_token)]));
  const ordinals = [...new Set(messages.map(({ ordinal }) => ordinal ?? 0))].sort((a, b) => a - b);
  expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
  // What was stored before the kill was not read again, but for the few pages of the last quarter of a second.
  expect(messages.length).toBeLessThan(ordinals.length + 16);
  const end = bench.standIn
    .of(providerId)
    .filter(({ type }) => type === PAGE_MESSAGE_TYPE.scopeFetched)
    .map(({ text }) => JSON.parse(text) as ScopeFetched)
    .find(({ scope }) => scope === 'vod');
  expect(end).toMatchObject({ outcome: 'complete', expectedPages: ordinals.length });
  // The batch before the one where it went on, and the newest one, are read again: rows may have moved or come in meanwhile.
  expect(end?.itemRows).toBeGreaterThanOrEqual(MOVIES);
  expect(end?.itemRows).toBeLessThanOrEqual(MOVIES + 2 * 10 * 14);

  // A portal knows its client by its MAC address: it stands in no message.
  const told = [
    ...bench.standIn.taken.map(({ text }) => text),
    ...(await bench.rows('select * from fetcher.provider')).map((row) => JSON.stringify(row)),
  ];
  expect(told.filter((text) => text.includes(MAC) || text.includes(encodeURIComponent(MAC)))).toEqual([]);
});

it('publishes no more of a portal than a window while it cannot be saved how far it came', async () => {
  await bench.replica('saving');
  await bench.standIn.takePages();
  const providerId = await portalProvider();
  // A sequence counts what is rolled back, too.
  await bench.rows(`create sequence fetcher.refused_saves`);
  await bench.rows(`create function fetcher.refuse_save() returns trigger language plpgsql as $$
    begin perform nextval('fetcher.refused_saves'); raise exception 'the marks cannot be saved'; end $$`);
  await bench.rows(`create trigger refuse_save before update on fetcher.scope_run for each row
    when (new.scope = 'vod' and new.published_ordinal > old.published_ordinal) execute function fetcher.refuse_save()`);
  const jobId = await bench.startSync(providerId);
  await waitFor(async () => {
    const [refused] = await bench.rows<{ last_value: string }>(
      `select last_value from fetcher.refused_saves`,
    );
    return Number(refused?.last_value) >= 5;
  });
  const published = () =>
    bench.standIn
      .of(providerId)
      .filter(({ scope, type }) => scope === 'vod' && type === PAGE_MESSAGE_TYPE.pageFetched).length;
  expect(published()).toBe(9);

  await bench.rows(`drop trigger refuse_save on fetcher.scope_run`);
  expect(await bench.ended(providerId, jobId, 60_000)).toMatchObject({ state: 'completed' });
  expect(published()).toBeGreaterThan(40);
});
