import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST, type Webhook, type WebhookDelivery } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

const ID = '018f0000-0000-7000-8000-000000000001';
const OTHER = '018f0000-0000-7000-8000-000000000002';
const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const webhook: Webhook = {
  id: ID,
  url: 'https://hooks.example.com/catalogue',
  events: ['sync.finished'],
  enabled: true,
  createdAt: '2026-11-20T10:00:00.000Z',
};
const delivery: WebhookDelivery = {
  id: OTHER,
  type: 'sync.finished',
  state: 'delivered',
  attempts: 1,
  createdAt: '2026-11-20T10:00:00.000Z',
  lastStatus: 204,
};

describe('webhooks', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    services = await new StandInServices({
      [REQUEST.listWebhooks]: () => ({ webhooks: [webhook] }),
      [REQUEST.createWebhook]: ({ url }) => {
        if (url.includes('127.0.0.1'))
          throw new CatalogueSyncError('address-not-allowed', 'It is private.', { field: 'url' });
        return { webhook, secret: SECRET };
      },
      [REQUEST.updateWebhook]: () => webhook,
      [REQUEST.replaceWebhookSecret]: () => ({ secret: SECRET, oldValidUntil: '2026-11-21T10:00:00.000Z' }),
      [REQUEST.deleteWebhook]: ({ webhookId }) => ({ deleted: webhookId === ID }),
      [REQUEST.testWebhook]: () => ({ ...delivery, type: 'webhook.test' }),
      [REQUEST.listDeliveries]: ({ cursor }) => ({
        deliveries: [delivery],
        ...(cursor === undefined ? { nextCursor: OTHER } : {}),
      }),
      [REQUEST.redeliver]: ({ deliveryId }) => {
        if (deliveryId !== OTHER) throw new CatalogueSyncError('delivery-not-found', 'There is none.');
        return { ...delivery, state: 'due' };
      },
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });

  const call = async (path: string, method = 'GET', body?: unknown) => {
    const answer = await fetch(`${gateway.url}/api/webhooks${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  const asked = () => services.lastRequest?.request;

  it('are made with a secret that is shown once, and listed without', async () => {
    const order = { url: webhook.url, events: ['sync.finished'], providerId: 'p1' };
    expect(await call('', 'POST', order)).toEqual({ status: 201, body: { ...webhook, secret: SECRET } });
    expect(asked()).toEqual({ ...order, enabled: true });
    expect(await call('')).toEqual({ status: 200, body: { webhooks: [webhook] } });
  });

  it.each([
    [{ url: 'ftp://a.example' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['sync.finished', 'sync.some'] }, 'events'],
    [{ events: undefined }, 'events'],
    [{ providerId: 'none!' }, 'providerId'],
    [{ enabled: 'yes' }, 'enabled'],
  ])('with %j are refused for %s', async (wrong, field) => {
    const body = { url: webhook.url, events: ['sync.finished'], ...wrong };
    expect(await call('', 'POST', body)).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ field })] },
    });
  });

  it('into a private network are refused with the code of that', async () => {
    const order = { url: 'http://127.0.0.1/', events: ['sync.finished'] };
    expect(await call('', 'POST', order)).toMatchObject({
      status: 403,
      body: { code: 'address-not-allowed' },
    });
  });

  it('are changed by what is given; null takes the provider away', async () => {
    expect((await call(`/${ID}`, 'PATCH', { enabled: false, providerId: null })).status).toBe(200);
    expect(asked()).toEqual({ webhookId: ID, enabled: false, providerId: null });
    expect((await call(`/${ID}`, 'PATCH', { url: null })).status).toBe(400);
  });

  it('show who may only read nothing but the host they lead to', async () => {
    const made = await fetch(`${gateway.url}/api/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Reader', scopes: ['read'] }),
    });
    const { key } = (await made.json()) as { key: string };
    const answer = await fetch(`${gateway.url}/api/webhooks`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(await answer.json()).toEqual({
      webhooks: [{ ...webhook, url: 'https://hooks.example.com/…' }],
    });
  });

  it('get another secret, beside which the old one is good for a day unless told', async () => {
    expect(await call(`/${ID}/secret`, 'POST', {})).toEqual({
      status: 200,
      body: { secret: SECRET, oldValidUntil: '2026-11-21T10:00:00.000Z' },
    });
    expect(asked()).toEqual({ webhookId: ID, oldValidHours: 24 });
    await call(`/${ID}/secret`, 'POST', { oldValidHours: 0, secret: SECRET });
    expect(asked()).toEqual({ webhookId: ID, oldValidHours: 0, secret: SECRET });
    expect((await call(`/${ID}/secret`, 'POST', { oldValidHours: 200 })).status).toBe(400);
  });

  it('are tested, and their deliveries listed page by page and sent again', async () => {
    expect(await call(`/${ID}/test`, 'POST')).toMatchObject({ status: 200, body: { type: 'webhook.test' } });
    const first = await call(`/${ID}/deliveries?limit=1`);
    expect(first.body).toEqual({ deliveries: [delivery], nextCursor: expect.any(String) });
    const next = await call(`/${ID}/deliveries?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(next.body).toEqual({ deliveries: [delivery] });
    expect(asked()).toEqual({ webhookId: ID, limit: 1, cursor: OTHER });
    expect(await call(`/${ID}/deliveries/${OTHER}/redeliver`, 'POST')).toMatchObject({
      status: 202,
      body: { state: 'due' },
    });
    expect(await call(`/${ID}/deliveries/${ID}/redeliver`, 'POST')).toMatchObject({
      status: 404,
      body: { code: 'delivery-not-found' },
    });
  });

  it('are deleted once', async () => {
    expect((await call(`/${ID}`, 'DELETE')).status).toBe(204);
    expect(await call(`/${OTHER}`, 'DELETE')).toMatchObject({
      status: 404,
      body: { code: 'webhook-not-found' },
    });
  });
});
