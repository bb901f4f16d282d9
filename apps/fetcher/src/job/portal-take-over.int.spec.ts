import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  PAGE_MESSAGE_TYPE,
  REQUEST,
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

it('goes on with a portal at the page where its reader died, under the same token', async () => {
  const first = await bench.process('first');
  const connection: StalkerConnection = { protocol: 'stalker', url: `${simulator.url}/portal/c/`, mac: MAC };
  const settings = { requestsPerSecond: 10_000, parallelRequests: 8 };
  const { id: providerId } = await bench.send(REQUEST.createProvider, {
    name: 'portal',
    connection,
    settings,
  });
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
