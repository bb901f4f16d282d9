import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { providerId, REQUEST, type ProviderView, type SyncStatus } from '@catalogue-sync/contracts';
import type { LivePatchDto, LiveStateDto } from '@catalogue-sync/contracts/rest';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { JOB, sampleJob, sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';
import { LiveStreams, type LiveReader } from './live-streams.js';

/** A page that follows the state as the dashboard does. */
class Page {
  states: LiveStateDto[] = [];
  patches: LivePatchDto[] = [];
  closed = false;
  private rest = '';

  constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => this.take(text));
    answer.on('error', () => undefined);
    answer.on('close', () => (this.closed = true));
  }

  static open(gateway: GatewayUnderTest): Promise<Page> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      get(`${gateway.url}/api/stream`, { headers, agent: false }, (answer) => resolve(new Page(answer))).on(
        'error',
        reject,
      );
    });
  }

  private take(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      if (block.includes('event: state')) this.states.push(JSON.parse(data) as LiveStateDto);
      else this.patches.push(JSON.parse(data) as LivePatchDto);
    }
  }
}

// Real: HTTP and NATS, two gateways. Played: fetcher and reconciler.
let nats: TestNats;
let services: StandInServices;
let gateways: GatewayUnderTest[];
let providers: ProviderView[];
let statuses: Map<string, Partial<SyncStatus>>;

beforeAll(async () => {
  nats = await startNats();
  services = await new StandInServices({
    [REQUEST.listProviders]: ({ cursor }) =>
      cursor === undefined && providers.length > 1
        ? { providers: providers.slice(0, 1), nextCursor: 'next' }
        : { providers: cursor === undefined ? providers : providers.slice(1) },
    [REQUEST.getSyncStatus]: ({ providerId: id }) => ({
      providerId: id,
      totals: { channel: 1, movie: 2, series: 3 },
      watermarks: {},
      ...statuses.get(id),
    }),
    [REQUEST.listRemovals]: () => ({ removals: [] }),
    [REQUEST.listSchedules]: () => ({ schedules: [] }),
  }).start(nats.url);
  const database = 'postgres://127.0.0.1:1/none';
  gateways = [await startGateway(database, nats.url), await startGateway(database, nats.url)];
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  await services.close();
  await nats.stop();
});
beforeEach(() => {
  providers = [sampleProvider({ id: providerId('pa') }), sampleProvider({ id: providerId('pb') })];
  statuses = new Map();
});

const gateway = (n: number) => {
  const found = gateways[n];
  if (found === undefined) throw new Error(`no gateway ${n}`);
  return found;
};
const startJob = (itemsReconciled: number) => {
  providers = [sampleProvider({ id: providerId('pa'), activeJobId: JOB }), ...providers.slice(1)];
  const [scope] = sampleJob().scopes;
  if (scope === undefined) throw new Error('the sample has no scope');
  const scopes = [{ ...scope, itemsFetched: 100, itemsTotal: 100, itemsReconciled }];
  statuses.set('pa', { activeJob: sampleJob({ scopes }) });
};

it('gives the whole state first, and then what changed, each frame on the one before', async () => {
  const page = await Page.open(gateway(0));
  expect(page.answer.statusCode).toBe(200);
  expect(page.answer.headers['content-type']).toBe('text/event-stream');
  await waitFor(() => page.states.length === 1);
  expect(page.states[0]?.providers.map(({ provider }) => provider.id)).toEqual(['pa', 'pb']);

  startJob(50);
  await waitFor(() => page.patches.length >= 1);
  expect(page.patches[0]).toMatchObject({
    from: page.states[0]?.revision,
    providers: [{ provider: { id: 'pa' }, progress: { jobId: JOB, phase: 'fetching', fraction: 0.47 } }],
    removed: [],
  });
  providers = providers.slice(0, 1);
  await waitFor(() => page.patches.some(({ removed }) => removed.includes('pb')));
  const revisions = page.patches.map(({ revision }) => revision);
  expect(page.patches.slice(1).map(({ from }) => from)).toEqual(revisions.slice(0, -1));
  page.answer.destroy();
});

it('tells a page that comes back, to whatever replica, all that it missed', async () => {
  const first = await Page.open(gateway(0));
  await waitFor(() => first.states.length === 1);
  first.answer.destroy();
  startJob(80);
  providers = [...providers, sampleProvider({ id: providerId('pc') })];
  for (const n of [1, 0]) {
    const again = await Page.open(gateway(n));
    await waitFor(() => again.states.length === 1);
    expect(again.states[0]?.providers.map(({ provider }) => provider.id)).toEqual(['pa', 'pb', 'pc']);
    expect(again.states[0]?.providers[0]?.progress?.fraction).toBe(0.752);
    again.answer.destroy();
  }
});

it('asks nobody while nobody reads', async () => {
  const page = await Page.open(gateway(0));
  await waitFor(() => page.states.length === 1);
  page.answer.destroy();
  await waitFor(() => page.closed);
  // The round that was under way when the page left may still ask; then four rounds' time without a question.
  let asked = -1;
  await waitFor(
    () => {
      const before = asked;
      asked = services.requests.length;
      return asked === before;
    },
    { everyMs: 2_000, timeoutMs: 60_000 },
  );
  expect(services.requests).toHaveLength(asked);
});

it('accepts no page that left while the services were asked', async () => {
  const streams = new LiveStreams(60_000);
  const accepted = Promise.withResolvers<LiveReader | undefined>();
  const server = createServer((request, response) => {
    response.once('close', () => accepted.resolve(streams.accept(response)));
    request.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  expect(await accepted.promise).toBeUndefined();
  server.close();
});

it('closes a page that does not read, and goes on for the others', async () => {
  providers = Array.from({ length: 2 }, (_unused, n) =>
    sampleProvider({ id: providerId(`p${n}`), name: 'x' }),
  );
  const slow = await Page.open(gateway(0));
  const quick = await Page.open(gateway(0));
  await waitFor(() => slow.states.length === 1 && quick.states.length === 1);
  slow.answer.pause();
  const name = 'y'.repeat(700_000);
  for (let round = 0; round < 12; round++) {
    providers = providers.map((provider) => ({ ...provider, name: `${round}${name}` }));
    await waitFor(() => quick.patches.at(-1)?.providers[0]?.provider.name.startsWith(String(round)) ?? false);
  }
  slow.answer.resume();
  await waitFor(() => slow.closed);
  expect(slow.patches.length).toBeLessThan(quick.patches.length);
  quick.answer.destroy();
});

it('says so by its status when the services do not answer', async () => {
  const lonely = await startGateway('postgres://127.0.0.1:1/none', 'nats://127.0.0.1:1');
  const page = await Page.open(lonely);
  expect(page.answer.statusCode).toBe(503);
  page.answer.destroy();
  await lonely.close();
});
