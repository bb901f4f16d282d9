import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres with the gateway's own schema. Played: the fetcher, at the border of its process.
const connection = { protocol: 'm3u', url: 'http://h.example/list.m3u?token=hunter2' } as const;

describe('providers over HTTP', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    services = await new StandInServices({
      [REQUEST.createProvider]: ({ name }) => sampleProvider({ name }),
      [REQUEST.listProviders]: ({ cursor, limit }) => ({
        providers: [sampleProvider({ name: `${cursor ?? 'start'}/${limit}` })],
        ...(cursor === undefined ? { nextCursor: 'row 51/ü' } : {}),
      }),
      [REQUEST.getProvider]: ({ providerId }) => sampleProvider({ id: providerId }),
      [REQUEST.updateProvider]: ({ name }) => sampleProvider(name === undefined ? {} : { name }),
      [REQUEST.deleteProvider]: ({ providerId }) => ({ providerId, state: 'deleting' }),
      [REQUEST.resetProvider]: ({ providerId }) => sampleProvider({ id: providerId }),
      [REQUEST.testProvider]: () => ({
        ok: false,
        protocol: 'm3u',
        steps: [],
        error: { code: 'provider-auth-failed', message: 'Check the token.' },
      }),
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });

  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${gateway.url}/api/providers${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('creates one: 201 with its place', async () => {
    const body = { name: ' My list ', connection, settings: { parallelRequests: 2 } };
    const answer = await call('POST', '', body);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/api/providers/p1');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual(sampleProvider({ name: 'My list' }));
    expect(services.lastRequest).toEqual({
      pattern: REQUEST.createProvider,
      request: { name: 'My list', connection, settings: { parallelRequests: 2 } },
    });
  });

  it('pages with an opaque cursor', async () => {
    const first = (await (await call('GET', '?limit=1')).json()) as {
      providers: { name: string }[];
      nextCursor: string;
    };
    expect(first.providers[0]?.name).toBe('start/1');
    expect(first.nextCursor).not.toContain('row');
    const second = await (await call('GET', `?limit=200&cursor=${first.nextCursor}`)).json();
    expect(second).toEqual({ providers: [sampleProvider({ name: 'row 51/ü/200' })] });
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=201', 'limit'],
    ['?limit=many', 'limit'],
    ['?cursor=_____w', 'cursor'],
    ['?cursor=%20', 'cursor'],
    ['?sort=name', 'sort'],
  ])('refuses the query %s at its field', async (query, field) => {
    const answer = await call('GET', query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid-request', errors: [{ field }] });
  });

  it('shows, changes, resets, deletes', async () => {
    expect((await call('GET', '/p7')).status).toBe(200);
    expect(await (await call('PATCH', '/p1', { name: 'New' })).json()).toMatchObject({ name: 'New' });
    const patch = { connection, sameCatalogue: true };
    expect((await call('PATCH', '/p1', patch)).status).toBe(200);
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', ...patch });
    expect((await call('POST', '/p1/reset')).status).toBe(200);
    const deletion = await call('DELETE', '/p1');
    expect(deletion.status).toBe(202);
    expect(await deletion.json()).toEqual({ providerId: 'p1', state: 'deleting' });
  });

  it('refuses a change of nothing', async () => {
    const answer = await call('PATCH', '/p1', {});
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid-request' });
  });

  it('tests connections; a failing one is an answer', async () => {
    const unsaved = await call('POST', '/test', { connection });
    expect(unsaved.status).toBe(200);
    expect(await unsaved.json()).toMatchObject({ ok: false, error: { code: 'provider-auth-failed' } });
    expect(services.lastRequest?.request).toEqual({ connection });
    expect((await call('POST', '/p1/test')).status).toBe(200);
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1' });
  });

  it('checks the shape of an id before it asks anyone', async () => {
    const asked = services.requests.length;
    for (const [method, path] of [
      ['GET', '/X1'],
      ['PATCH', '/p1%2E%3E'],
      ['DELETE', '/1'],
      ['POST', '/-/sync'],
    ] as const) {
      const answer = await call(method, path, method === 'PATCH' ? { name: 'x' } : undefined);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ field: 'id' }] });
    }
    expect(services.requests).toHaveLength(asked);
  });

  it('refuses bad connections field by field, without repeating their values', async () => {
    const answer = await call('POST', '', {
      name: '',
      connection: { protocol: 'stalker', url: 'portal hunter2', mac: 'hunter2', password: 'hunter2\u0000' },
      extra: 'hunter2',
    });
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).not.toContain('hunter2');
    const { errors } = JSON.parse(text) as { errors: { field: string; message: string }[] };
    expect(errors.map(({ field }) => field).sort()).toEqual([
      'connection.mac',
      'connection.password',
      'connection.url',
      'extra',
      'name',
    ]);
    expect(errors.find(({ field }) => field === 'connection.mac')?.message).toContain('00:1A:79:12:34:56');
  });

  it.each([
    ['provider-not-found', 404],
    ['provider-deleting', 409],
    ['same-catalogue-required', 409],
    ['provider-busy', 409],
    ['internal', 500],
  ] as const)('gives what a service refuses with %s the status %i', async (code, status) => {
    services.replies[REQUEST.getProvider] = () => {
      throw new CatalogueSyncError(code, 'Do this.', { field: 'name' });
    };
    const answer = await call('GET', '/p1');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ status, code, instance: '/api/providers/p1' });
  });

  it('tells nothing of a service that breaks', async () => {
    services.replies[REQUEST.getProvider] = () => {
      throw new Error('hunter2');
    };
    const answer = await call('GET', '/p1');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('hunter2');
  });
});
