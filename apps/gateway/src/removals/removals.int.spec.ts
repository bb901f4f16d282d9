import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST, type HeldRemoval, type JobId } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

const DIGEST = '0123456789abcdef0123456789abcdef';
const hold = (fields: Partial<HeldRemoval> = {}): HeldRemoval => ({
  digest: DIGEST,
  scope: 'vod',
  kind: 'movie',
  cause: 'share',
  state: 'held',
  count: 300,
  stillAbsent: 299,
  reason: '300 of 1000 would be removed at once',
  jobId: '018f0000-0000-7000-8000-000000000001' as JobId,
  createdAt: '2026-11-20T10:00:00.000Z',
  ...fields,
});

describe('held removals and dead letters', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let services: StandInServices;
  let gateway: GatewayUnderTest;
  let decided = false;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    services = await new StandInServices({
      [REQUEST.getProvider]: ({ providerId }) => {
        if (providerId !== 'p1') throw new CatalogueSyncError('provider-not-found', 'There is none.');
        return sampleProvider();
      },
      [REQUEST.listRemovals]: ({ cursor }) => ({
        removals: [hold()],
        ...(cursor === undefined ? { nextCursor: '2026-11-20 10:00:00+00 abc' } : {}),
      }),
      [REQUEST.getRemoval]: () => ({
        removal: hold(),
        items: [{ id: 'movie:1', name: 'One', absent: true }],
      }),
      [REQUEST.decideRemoval]: ({ decision, decidedBy }) => {
        if (decided) throw new CatalogueSyncError('removal-decided', 'It was approved before.');
        decided = true;
        const state = decision === 'approve' ? 'approved' : 'rejected';
        return { removal: hold({ state, decidedBy }), removed: 299 };
      },
      [REQUEST.listDeadLetters]: () => ({
        deadLetters: [{ id: '7', type: 't', reason: 'no list', parkedAt: '2026-11-20T10:00:00.000Z' }],
      }),
      [REQUEST.replayDeadLetter]: () => ({ outcome: 'replayed' }),
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });

  const call = async (path: string, method = 'GET', provider = 'p1') => {
    const answer = await fetch(`${gateway.url}/api/providers/${provider}${path}`, { method });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('lists them page by page, by state', async () => {
    const first = await call('/removals?state=held&limit=1');
    expect(first.body).toEqual({ removals: [hold()], nextCursor: expect.any(String) });
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', limit: 1, state: 'held' });
    const next = await call(`/removals?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(next.body).toEqual({ removals: [hold()] });
    expect(services.lastRequest?.request).toMatchObject({ cursor: '2026-11-20 10:00:00+00 abc' });
    expect((await call('/removals?state=gone')).status).toBe(400);
    expect((await call('/removals', 'GET', 'p2')).status).toBe(404);
  });

  it('shows what one of them holds', async () => {
    const { body } = await call(`/removals/${DIGEST}`);
    expect(body).toEqual({ removal: hold(), items: [{ id: 'movie:1', name: 'One', absent: true }] });
    expect((await call('/removals/not-a-digest')).status).toBe(400);
  });

  it('is decided once', async () => {
    const approved = await call(`/removals/${DIGEST}/approve`, 'POST');
    expect(approved).toMatchObject({
      status: 200,
      body: { removed: 299, removal: { state: 'approved', decidedBy: 'admin key' } },
    });
    const again = await call(`/removals/${DIGEST}/reject`, 'POST');
    expect(again).toMatchObject({ status: 409, body: { code: 'removal-decided' } });
    expect(services.lastRequest?.request).toMatchObject({ digest: DIGEST, decision: 'reject' });
  });

  it('lists dead letters, and replays one', async () => {
    expect((await call('/dead-letters')).body).toMatchObject({ deadLetters: [{ id: '7' }] });
    expect(await call('/dead-letters/7/replay', 'POST')).toEqual({
      status: 202,
      body: { outcome: 'replayed' },
    });
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', id: '7', trigger: 'replay' });
    expect((await call('/dead-letters/x/replay', 'POST')).status).toBe(400);
  });
});
