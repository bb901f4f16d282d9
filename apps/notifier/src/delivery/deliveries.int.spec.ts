import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST, providerId, type Webhook, type WebhookDelivery } from '@catalogue-sync/contracts';
import { AllowedPrivateHosts } from '@catalogue-sync/providers';
import { waitFor } from '@catalogue-sync/testing';
import { NotifierBench } from '../../e2e/support/notifier-bench.js';
import { WebhookChannel } from '../channel/webhook.channel.js';

let bench: NotifierBench;
beforeAll(async () => {
  bench = await NotifierBench.start();
});
afterAll(() => bench.stop());

const logOf = async (webhook: Webhook): Promise<WebhookDelivery[]> =>
  (await bench.requests.send(REQUEST.listDeliveries, { webhookId: webhook.id, limit: 50 })).deliveries;
/** The webhook's only delivery, once it looks like that. */
const deliveryOf = (webhook: Webhook, state: Partial<WebhookDelivery>): Promise<WebhookDelivery> =>
  waitFor(
    async () => {
      const [delivery] = await logOf(webhook);
      const fits = Object.entries(state).every(([key, value]) => Reflect.get(delivery ?? {}, key) === value);
      return fits ? delivery : undefined;
    },
    { what: `a delivery with ${JSON.stringify(state)}` },
  );

describe('a message', () => {
  it('that fails at first comes again under its id, signed anew', async () => {
    const webhook = await bench.webhook('/flaky', ['sync.finished']);
    bench.receiver.answers.set('/flaky', [500, 302]);
    await bench.finished(providerId('p1'), 'completed');
    expect(await deliveryOf(webhook, { attempts: 1, lastStatus: 500 })).toMatchObject({
      state: 'due',
      lastError: 'The receiver answered 500.',
    });
    bench.clock.offsetMs += 5_000;
    await deliveryOf(webhook, { attempts: 2, lastStatus: 302 });
    expect(bench.receiver.at('/elsewhere')).toEqual([]);
    bench.clock.offsetMs += 300_000;
    const delivery = await deliveryOf(webhook, { state: 'delivered' });
    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 204 });
    expect(delivery.lastError).toBeUndefined();
    const calls = bench.receiver.at('/flaky');
    expect(calls.map(({ id, signed }) => ({ id, signed }))).toEqual(
      [1, 2, 3].map(() => ({ id: delivery.id, signed: true })),
    );
  });

  it('to a receiver that is down is given up after ten attempts, and sent once more when asked', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/token-in-path`;
    const webhook = await bench.webhook('/down', ['sync.finished'], { url });
    await bench.finished(providerId('p2'), 'completed');
    for (const [index, minutes] of WAITS_MIN.entries()) {
      const { lastError } = await waitFor(
        async () => (await logOf(webhook)).find(waitsFor(index + 1, minutes)),
        {
          what: `attempt ${index + 1} and a wait of ${minutes} min`,
        },
      );
      expect(lastError).toBe('No answer came (ECONNREFUSED).');
      bench.clock.offsetMs += minutes * 60_000;
    }
    const given = await deliveryOf(webhook, { attempts: 10, state: 'failed' });
    const back = `${bench.receiver.url}/back`;
    bench.receiver.secrets.set('/back', bench.receiver.secrets.get('/down') ?? '');
    await bench.requests.send(REQUEST.updateWebhook, { webhookId: webhook.id, url: back });
    await bench.requests.send(REQUEST.redeliver, { webhookId: webhook.id, deliveryId: given.id });
    await deliveryOf(webhook, { state: 'delivered', attempts: 1 });
    expect(bench.receiver.at('/back')).toMatchObject([{ id: given.id, signed: true }]);
  });

  it('answered with 410 switches its webhook off, and nothing more is sent', async () => {
    const webhook = await bench.webhook('/gone', ['sync.finished'], { providerId: providerId('p3') });
    bench.receiver.answers.set('/gone', [410]);
    await bench.finished(providerId('p3'), 'completed');
    await deliveryOf(webhook, { state: 'failed', lastStatus: 410 });
    const { webhooks } = await bench.requests.send(REQUEST.listWebhooks, {});
    expect(webhooks.find(({ id }) => id === webhook.id)).toMatchObject({
      enabled: false,
      disabledReason: expect.stringContaining('410'),
    });
    const other = await bench.webhook('/beside-gone', ['sync.finished'], { providerId: providerId('p3') });
    await bench.finished(providerId('p3'), 'completed');
    await deliveryOf(other, { state: 'delivered' });
    expect(await logOf(webhook)).toHaveLength(1);
    const again = await bench.requests.send(REQUEST.updateWebhook, { webhookId: webhook.id, enabled: true });
    expect(again).toMatchObject({ enabled: true });
    expect(again.disabledReason).toBeUndefined();
  });

  it('to a slow receiver holds up no other', async () => {
    const only = { providerId: providerId('p4') };
    const slow = await bench.webhook('/slow', ['sync.finished'], only);
    // More than all replicas together have room for.
    const messages = 20;
    bench.receiver.answers.set(
      '/slow',
      Array.from({ length: messages }, () => 'hang' as const),
    );
    for (let said = 0; said < messages; said += 1) await bench.finished(providerId('p4'), 'completed');
    await waitFor(async () => (await logOf(slow)).length === messages, { what: 'the slow messages' });
    await waitFor(() => bench.receiver.at('/slow').length, { what: 'the slow call' });
    const quick = await bench.webhook('/quick', ['sync.finished'], only);
    await bench.finished(providerId('p4'), 'completed');
    await deliveryOf(quick, { state: 'delivered' });
    // One for each replica.
    expect(bench.receiver.at('/slow').length).toBeLessThanOrEqual(2);
    bench.receiver.answers.delete('/slow');
    bench.receiver.release();
    await waitFor(async () => (await logOf(slow)).every(({ state }) => state === 'delivered'), {
      what: 'the slow ones',
    });
    expect(bench.receiver.at('/slow')).toHaveLength(messages + 1);
  });
});

describe('a test message', () => {
  it('is sent at once and tells how it went, without another attempt', async () => {
    const webhook = await bench.webhook('/test', ['sync.failed'], { enabled: false });
    bench.receiver.answers.set('/test', [503]);
    const test = () => bench.requests.send(REQUEST.testWebhook, { webhookId: webhook.id });
    expect(await test()).toMatchObject({ state: 'failed', attempts: 1, lastStatus: 503 });
    expect(await test()).toMatchObject({ type: 'webhook.test', state: 'delivered', lastStatus: 204 });
    expect(bench.receiver.at('/test')).toMatchObject([
      { signed: true },
      { signed: true, body: { type: 'webhook.test', data: { webhookId: webhook.id } } },
    ]);
  });
});

describe('a replaced secret', () => {
  const replace = (webhook: Webhook, oldValidHours: number) =>
    bench.requests.send(REQUEST.replaceWebhookSecret, { webhookId: webhook.id, oldValidHours });
  /** Whether a message now carries the signature of the secret, and how many it carries. */
  const signedWith = async (webhook: Webhook, path: string, secret: string) => {
    bench.receiver.secrets.set(path, secret);
    await bench.requests.send(REQUEST.testWebhook, { webhookId: webhook.id });
    const { signed, signatures } = bench.receiver.at(path).at(-1) ?? {};
    return { signed, signatures };
  };

  it('signs from then on; the old one does so beside it until its time is over', async () => {
    const webhook = await bench.webhook('/replaced', ['sync.failed']);
    const old = bench.receiver.secrets.get('/replaced') ?? '';
    const { secret, oldValidUntil = '' } = await replace(webhook, 24);
    expect(secret).not.toBe(old);
    expect(await signedWith(webhook, '/replaced', old)).toEqual({ signed: true, signatures: 2 });
    expect(await signedWith(webhook, '/replaced', secret)).toEqual({ signed: true, signatures: 2 });
    const now = await bench.clock.now(bench.orm.em.fork());
    bench.clock.offsetMs += Date.parse(oldValidUntil) - now;
    expect(await signedWith(webhook, '/replaced', old)).toEqual({ signed: false, signatures: 1 });
    expect(await signedWith(webhook, '/replaced', secret)).toEqual({ signed: true, signatures: 1 });
  });

  it('that leaked is void at once, and so is the one before it', async () => {
    const webhook = await bench.webhook('/leaked', ['sync.failed']);
    const { secret: leaked } = await replace(webhook, 24);
    const { secret, oldValidUntil } = await replace(webhook, 0);
    expect(oldValidUntil).toBeUndefined();
    expect(await signedWith(webhook, '/leaked', leaked)).toEqual({ signed: false, signatures: 1 });
    expect(await signedWith(webhook, '/leaked', secret)).toEqual({ signed: true, signatures: 1 });
  });

  it('of a webhook that is not there, or one that is none, is refused', async () => {
    const webhook = await bench.webhook('/refused', ['sync.failed']);
    const unknown = { ...webhook, id: '00000000-0000-7000-8000-000000000000' };
    await expect(replace(unknown, 24)).rejects.toMatchObject({ code: 'webhook-not-found' });
    await expect(replace(webhook, 169)).rejects.toMatchObject({
      code: 'invalid-request',
      field: 'oldValidHours',
    });
    const order = { webhookId: webhook.id, oldValidHours: 24, secret: 'whsec_short' };
    await expect(bench.requests.send(REQUEST.replaceWebhookSecret, order)).rejects.toMatchObject({
      field: 'secret',
    });
  });
});

describe('a webhook', () => {
  it('keeps its secret to itself, and encrypted', async () => {
    const secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const settings = { url: `${bench.receiver.url}/own`, events: ['sync.failed' as const], enabled: true };
    const made = await bench.requests.send(REQUEST.createWebhook, { ...settings, secret });
    expect(made.secret).toBe(secret);
    const listed = JSON.stringify(await bench.requests.send(REQUEST.listWebhooks, {}));
    const [row] = await bench.rows<{ secret: Buffer }>('select secret from webhook where id = $1', [
      made.webhook.id,
    ]);
    expect(listed).not.toContain(secret.slice(6));
    expect(row?.secret.toString('latin1')).not.toContain(secret.slice(6));
    expect(await bench.requests.send(REQUEST.deleteWebhook, { webhookId: made.webhook.id })).toEqual({
      deleted: true,
    });
    await expect(
      bench.requests.send(REQUEST.testWebhook, { webhookId: made.webhook.id }),
    ).rejects.toMatchObject({ code: 'webhook-not-found' });
  });

  it.each([
    [{ url: 'ftp://a.example/' }, 'url'],
    [{ url: 'http://user:secret@a.example/' }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['sync.some'] }, 'events'],
    [{ secret: 'whsec_short' }, 'secret'],
  ])('with %j is refused for %s', async (wrong, field) => {
    const order = { url: bench.receiver.url, events: ['sync.failed'], enabled: true, ...wrong };
    await expect(
      bench.requests.send(REQUEST.createWebhook, order as Parameters<typeof bench.requests.send>[1] as never),
    ).rejects.toMatchObject({ code: 'invalid-request', field });
  });

  it('reaches no private address unless that is allowed', async () => {
    const channel = new WebhookChannel(AllowedPrivateHosts.parse('10.0.0.0/8'));
    const secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const message = { id: 'm', at: Date.now(), body: '{}' };
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      const url = `http://${host}:${new URL(bench.receiver.url).port}/private`;
      expect(await channel.deliver({ url, secrets: [secret] }, message)).toMatchObject({
        outcome: 'failed',
        error: expect.stringContaining('ALLOWED_PRIVATE_HOSTS'),
      });
    }
    await channel.close();
    expect(bench.receiver.at('/private')).toEqual([]);
  });
});

/** Between the attempts: 5 s, 5 min, 30 min, then hours. */
const WAITS_MIN = [5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440];

/** An attempt that is over: while it is under way, it is its claim that runs out. */
function waitsFor(attempts: number, minutes: number): (delivery: WebhookDelivery) => boolean {
  return (delivery) => {
    const { lastAttemptAt = '', nextAttemptAt = '' } = delivery;
    const lateMs = Date.parse(nextAttemptAt) - Date.parse(lastAttemptAt) - minutes * 60_000;
    return delivery.attempts === attempts && lateMs >= 0 && lateMs < 20_000;
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
