import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

interface Page {
  events: { seq: number; subject: string; data: unknown }[];
  nextAfter: number;
  head: number;
}

// Real: HTTP, NATS, Postgres with the reconciler's views and the read-only role. Played: the fetcher.
describe('the event log over HTTP', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let tables: CatalogueTables;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    tables = await CatalogueTables.create(await postgres.createDatabase());
    services = await new StandInServices({
      [REQUEST.getProvider]: ({ providerId }) => {
        if (providerId !== 'pnew')
          throw new CatalogueSyncError('provider-not-found', 'There is no such provider.');
        return sampleProvider({ id: providerId });
      },
    }).start(nats.url);
    gateway = await startGateway(tables.readerUrl, nats.url);
    await tables.writeLog(
      'p1',
      Array.from({ length: 250 }, (_unused, index) => `{"n":${index + 1}}`),
    );
    await tables.writeLog('p2', ['{"of":"p2"}']);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await tables.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const get = (path: string) => fetch(`${gateway.url}/api/providers/${path}`);
  const page = async (path: string) => (await (await get(path)).json()) as Page;

  it('gives the log in order, page by page, to its head', async () => {
    const seen: number[] = [];
    let after = 0;
    for (;;) {
      const { events, nextAfter, head } = await page(`p1/events?after=${after}`);
      expect(head).toBe(250);
      expect(events.length).toBeLessThanOrEqual(100);
      seen.push(...events.map(({ seq }) => seq));
      after = nextAfter;
      if (events.length === 0) break;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_unused, index) => index + 1));
    expect(after).toBe(250);
  });

  it('tells all of an event, with its body as it stands in the log', async () => {
    await tables.writeLog('praw', ['{"big": 12345678901234567890, "a":1.0}']);
    const answer = await get('praw/events');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const text = await answer.text();
    expect(text).toContain('"data":{"big": 12345678901234567890, "a":1.0}}');
    expect(JSON.parse(text)).toEqual({
      events: [
        {
          seq: 1,
          type: 'catalogue.item-updated.v1',
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          subject: 'movie:1',
          jobId: 'job',
          reason: 'changed',
          data: expect.anything(),
        },
      ],
      nextAfter: 1,
      head: 1,
    });
  });

  it('never mixes providers', async () => {
    expect((await page('p2/events')).events.map(({ data }) => data)).toEqual([{ of: 'p2' }]);
  });

  it('holds to the limit', async () => {
    expect((await page('p1/events?after=248&limit=1000')).events).toHaveLength(2);
    expect((await page('p1/events?limit=1')).nextAfter).toBe(1);
  });

  it('ends a page at four million bytes, but gives at least one event', async () => {
    const body = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2));
    await tables.writeLog('plarge', [
      body(1_500_000),
      body(1_500_000),
      body(1_500_000),
      body(5_000_000),
      body(10),
    ]);
    const first = await page('plarge/events');
    expect(first.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    const second = await page('plarge/events?after=3');
    expect(second.events.map(({ seq }) => seq)).toEqual([4]);
    expect((await page('plarge/events?after=4')).events.map(({ seq }) => seq)).toEqual([5]);
  });

  it('gives only events of a type or kind, and says how far it looked', async () => {
    const bodies = Array.from({ length: 25_000 }, () => '{}');
    await tables.writeLog('pfilter', bodies);
    await tables.client.query(
      `update catalogue.event set type = 'catalogue.job-reconciled.v1', kind = null
        where provider_id = 'pfilter' and seq in (3, 24000)`,
    );
    const query = 'pfilter/events?type=catalogue.job-reconciled.v1';
    const seen: Page[] = [];
    for (let after = 0; seen.at(-1)?.nextAfter !== 25_000; after = seen.at(-1)?.nextAfter ?? 0)
      seen.push(await page(`${query}&after=${after}`));
    expect(seen.map(({ events }) => events.map(({ seq }) => seq))).toEqual([[3], [], [24_000]]);
    expect(seen.map(({ nextAfter }) => nextAfter)).toEqual([10_000, 20_000, 25_000]);

    const movies = await page('pfilter/events?kind=movie&limit=3&after=1');
    expect(movies.events.map(({ seq }) => seq)).toEqual([2, 4, 5]);
    expect(movies.nextAfter).toBe(5);
    expect((await page(`${query}&kind=movie&after=24999`)).nextAfter).toBe(25_000);
  });

  it('answers 410 below the trimmed point, and not at it', async () => {
    await tables.writeLog('ptrimmed', ['{}', '{}'], { firstSeq: 50 });
    const answer = await get('ptrimmed/events?after=48');
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({
      code: 'events-trimmed',
      detail: expect.stringContaining('snapshot'),
    });
    expect((await page('ptrimmed/events?after=49')).events).toHaveLength(2);
  });

  it('answers 410 beyond the end of the log, and not at it', async () => {
    await tables.writeLog('prestored', ['{}', '{}']);
    expect(await page('prestored/events?after=2')).toMatchObject({ events: [], head: 2 });
    for (const path of [
      'prestored/events?after=3',
      'prestored/events?after=3&kind=movie',
      'pnew/events?after=1',
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(410);
      expect(await answer.json()).toMatchObject({
        code: 'events-trimmed',
        detail: expect.stringMatching(/ends at [02].*Load a snapshot/),
      });
    }
  });

  it('tells a provider that never synced from one that is not there, and from one that was deleted', async () => {
    expect(await page('pnew/events?after=0')).toEqual({ events: [], nextAfter: 0, head: 0 });
    expect((await get('pnone/events')).status).toBe(404);
    await tables.writeLog('pgone', ['{}'], { state: 'deleted' });
    const gone = await get('pgone/events');
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ code: 'provider-not-found' });
  });

  it.each([
    ['?after=-1', 'after'],
    ['?after=x', 'after'],
    ['?after=99999999999999999999', 'after'],
    ['?limit=1001', 'limit'],
    ['?from=1', 'from'],
    ['?type=item-added', 'type'],
    ['?kind=film', 'kind'],
  ])('refuses the query %s at its field', async (query, field) => {
    const answer = await get(`p1/events${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field }] });
  });
});
