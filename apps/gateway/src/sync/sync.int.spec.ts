import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { JOB, PROVIDER, sampleJob } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres with the gateway's own schema. Played: the fetcher, at the border of its process.

describe('syncs over HTTP', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let services: StandInServices;
  let gateway: GatewayUnderTest;
  let active = false;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    services = await new StandInServices({
      [REQUEST.startSync]: () => {
        const started = !active;
        active = true;
        return { job: sampleJob(), started };
      },
      [REQUEST.cancelSync]: () => {
        if (!active) throw new CatalogueSyncError('no-active-job', 'No sync is active.');
        return { job: sampleJob({ cancelRequested: true }) };
      },
      [REQUEST.getSyncStatus]: () => ({
        providerId: PROVIDER,
        totals: { channel: 1, movie: 2, series: 3 },
        lastSyncMovies: '2026-11-20T10:00:00.000Z',
        watermarks: { movie: '2026-11-19T23:00:00.000Z' },
        ...(active ? { activeJob: sampleJob() } : {}),
      }),
      [REQUEST.listJobs]: ({ cursor, limit }) => ({
        jobs: [sampleJob({ trigger: `${cursor ?? 'start'}/${limit}` })],
        ...(cursor === undefined ? { nextCursor: JOB } : {}),
      }),
      [REQUEST.retryJob]: ({ jobId }) => {
        if (active) throw new CatalogueSyncError('job-active', 'It has not ended.');
        return { job: sampleJob({ trigger: `retry of ${jobId}` }), started: true };
      },
      [REQUEST.getJob]: ({ jobId }) => sampleJob({ id: jobId }),
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });
  beforeEach(() => {
    active = false;
  });

  const call = (method: string, path = '', init: RequestInit = {}) =>
    fetch(`${gateway.url}/api/providers/p1/sync${path}`, { method, ...init });

  it('starts a job with 202, and answers 200 with the running one', async () => {
    const first = await call('POST');
    expect(first.status).toBe(202);
    expect(first.headers.get('location')).toBe(`/api/providers/p1/sync/jobs/${JOB}`);
    expect(await first.json()).toEqual(sampleJob());
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', mode: 'auto', trigger: 'api' });

    const second = await call('POST');
    expect(second.status).toBe(200);
    expect(second.headers.get('location')).toBe(`/api/providers/p1/sync/jobs/${JOB}`);
    expect(await second.json()).toEqual(sampleJob());
  });

  it.each(['', '{}', 'null'])('takes the JSON body %j for auto', async (body) => {
    const answer = await call('POST', '', { body, headers: { 'content-type': 'application/json' } });
    expect(answer.status).toBe(202);
    expect(services.lastRequest?.request).toMatchObject({ mode: 'auto' });
  });

  it('passes the mode on, and refuses an unknown one', async () => {
    const headers = { 'content-type': 'application/json' };
    await call('POST', '', { body: '{"mode":"full"}', headers });
    expect(services.lastRequest?.request).toMatchObject({ mode: 'full' });
    const answer = await call('POST', '', { body: '{"mode":"fast"}', headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'mode' }] });
  });

  it('shows totals, and the active job with its progress', async () => {
    expect(await (await call('GET')).json()).not.toHaveProperty('activeJob');
    active = true;
    expect(await (await call('GET')).json()).toMatchObject({
      totals: { channel: 1, movie: 2, series: 3 },
      activeJob: { scopes: [{ pagesDone: 3, itemsFetched: 42 }] },
    });
  });

  it('cancels with 202, and with 409 when nothing is active', async () => {
    active = true;
    const answer = await call('DELETE');
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ id: JOB, cancelRequested: true });
    active = false;
    const refused = await call('DELETE');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'no-active-job' });
  });

  it('repeats what failed of a job with 202, and with 409 while it runs', async () => {
    const answer = await call('POST', `/jobs/${JOB}/retry`);
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/providers/p1/sync/jobs/${JOB}`);
    expect(await answer.json()).toMatchObject({ trigger: `retry of ${JOB}` });
    active = true;
    const refused = await call('POST', `/jobs/${JOB}/retry`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'job-active' });
  });

  it('pages through the history, and shows one job', async () => {
    const first = (await (await call('GET', '/jobs?limit=2')).json()) as { nextCursor: string };
    expect(first).toMatchObject({ jobs: [{ trigger: 'start/2' }] });
    const second = await (await call('GET', `/jobs?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toEqual({ jobs: [sampleJob({ trigger: `${JOB}/2` })] });
    expect(await (await call('GET', `/jobs/${JOB}`)).json()).toEqual(sampleJob());
    const bad = await call('GET', '/jobs/7');
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ errors: [{ field: 'job' }] });
  });
});
