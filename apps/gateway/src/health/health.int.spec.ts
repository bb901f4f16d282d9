import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres. Played: fetcher and snapshot service; the reconciler is away.
describe('health', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    services = await new StandInServices({
      [REQUEST.listProviders]: () => ({ providers: [] }),
      [REQUEST.listSchedules]: () => ({ schedules: [] }),
      [REQUEST.getSnapshotPosition]: () => {
        throw new CatalogueSyncError('provider-not-found', 'There is no such provider.');
      },
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const ready = async () => {
    const answer = await fetch(`${gateway.url}/health/ready`);
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  it('is alive', async () => {
    const answer = await fetch(`${gateway.url}/health/live`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ status: 'up' });
  });

  it('is ready, and names the service that does not answer', async () => {
    expect(await ready()).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        parts: {
          database: 'up',
          nats: 'up',
          fetcher: 'up',
          reconciler: 'down',
          snapshot: 'up',
          scheduler: 'up',
          notifier: 'down',
        },
      },
    });
  });

  it('counts answers by route, never by path', async () => {
    await fetch(`${gateway.url}/api/providers/X`);
    await fetch(`${gateway.url}/what/ever`);
    const answer = await fetch(`${gateway.url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/providers\/:id",status="400"/,
    );
    expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="none",status="404"/);
    expect(text).not.toContain('/what/ever');
  });

  it('is down without its database', async () => {
    const away = await startGateway('postgres://127.0.0.1:1/none', nats.url);
    const answer = await fetch(`${away.url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'down', parts: { database: 'down', nats: 'up' } });
    await away.close();
  });

  it('is down without NATS, and still serves what needs none', async () => {
    const lonely = await startGateway(postgres.url, 'nats://127.0.0.1:1');
    const answer = await fetch(`${lonely.url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ status: 'down', parts: { database: 'up', nats: 'down' } });
    const providers = await fetch(`${lonely.url}/api/providers`);
    expect(providers.status).toBe(503);
    expect(await providers.json()).toMatchObject({ code: 'service-unavailable' });
    await lonely.close();
  });
});
