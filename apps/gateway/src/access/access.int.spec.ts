import { Controller, Get, Post } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST } from '@catalogue-sync/contracts';
import type { CreatedKeyDto, KeyDto, KeyListDto, AccessScope } from '@catalogue-sync/contracts/rest';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleJob, sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';
import { HandlerRules } from '../security/handler-rules.js';
import { RequiresScope } from '../security/requires-scope.js';

// Real: HTTP, NATS, Postgres. Played: the fetcher.
describe('API keys', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let services: StandInServices;
  let gateway: GatewayUnderTest;
  let database: pg.Client;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    services = await new StandInServices({
      [REQUEST.listProviders]: () => ({ providers: [] }),
      [REQUEST.startSync]: () => ({ job: sampleJob(), started: true }),
      [REQUEST.createProvider]: ({ name }) => sampleProvider({ name }),
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
    database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await database.end();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const call = (method: string, path: string, authorization?: string, body?: unknown) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const asAdmin = (method: string, path: string, body?: unknown) =>
    call(method, path, `Bearer ${ADMIN_KEY}`, body);
  const makeKey = async (scopes: AccessScope[], more: object = {}) =>
    (await (
      await asAdmin('POST', '/api/keys', { name: 'of the test', scopes, ...more })
    ).json()) as CreatedKeyDto;

  it('answers nobody without one, and says how to send it', async () => {
    const answer = await call('GET', '/api/providers');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="catalogue-sync"');
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it.each([
    ['an unknown key', `Bearer csk_aaaaaaaaaaaa_${'A'.repeat(43)}`],
    ['a text that is no key', 'Bearer hunter2'],
    ['another scheme', `Basic ${Buffer.from(`admin:${ADMIN_KEY}`).toString('base64')}`],
    ['a piece of the admin key', `Bearer ${ADMIN_KEY.slice(0, -1)}`],
    ['more than the admin key', `Bearer ${ADMIN_KEY}x`],
  ])('refuses %s', async (_what, authorization) => {
    const answer = await call('GET', '/api/providers', authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('lets a scope do what it holds, and names the one that is missing', async () => {
    const asked: [string, string, unknown, AccessScope[]][] = [
      ['GET', '/api/providers', undefined, ['admin', 'operate', 'read']],
      ['POST', '/api/providers/p1/sync', {}, ['admin', 'operate']],
      ['GET', '/api/keys', undefined, ['admin']],
    ];
    const answers: unknown[] = [];
    const expected: unknown[] = [];
    for (const scope of ['admin', 'operate', 'read', 'playback'] as const) {
      const { key } = await makeKey([scope]);
      for (const [method, path, body, allowed] of asked) {
        const answer = await call(method, path, `Bearer ${key}`, body);
        const { code, detail } = (await answer.json()) as { code?: string; detail?: string };
        answers.push([scope, path, answer.ok, code, /"(\w+)", which/.exec(detail ?? '')?.[1]]);
        const ok = allowed.includes(scope);
        expected.push([scope, path, ok, ok ? undefined : 'forbidden', ok ? undefined : allowed.at(-1)]);
      }
    }
    expect(answers).toEqual(expected);
  });

  it('keeps a hash of the secret, shows the key once, and tells when it was used', async () => {
    const { key, id, ...shown } = await makeKey(['read']);
    expect(key).toMatch(/^csk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect(shown).toMatchObject({ name: 'of the test', scopes: ['read'], createdBy: 'admin key' });
    const stored = await database.query('select k::text as row from gateway.api_key k where id = $1', [id]);
    expect(stored.rows[0].row).not.toContain(key.slice(-43));
    const find = async () =>
      ((await (await asAdmin('GET', '/api/keys?limit=200')).json()) as KeyListDto).keys.find(
        (entry) => entry.id === id,
      );
    expect(await find()).not.toHaveProperty('lastUsedAt');
    expect(await find()).not.toHaveProperty('key');
    await call('GET', '/api/providers', `Bearer ${key}`);
    const lastUsedAt = (await find())?.lastUsedAt;
    expect(Date.parse(lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
    await call('GET', '/api/providers', `Bearer ${key}`);
    expect((await find())?.lastUsedAt).toBe(lastUsedAt);
  });

  it('ends with its time, to the moment', async () => {
    const expiresAt = Date.now() + 2_500;
    const { key } = await makeKey(['read'], { expiresAt: new Date(expiresAt).toISOString() });
    const statuses = new Set<string>();
    while (Date.now() < expiresAt + 500) {
      const [before, { status }, after] = [
        Date.now(),
        await call('GET', '/api/providers', `Bearer ${key}`),
        Date.now(),
      ];
      // Found good a moment ago, it may end that moment too early.
      if (after < expiresAt - 1_000) statuses.add(`before: ${status}`);
      if (before >= expiresAt) statuses.add(`after: ${status}`);
    }
    expect([...statuses]).toEqual(['before: 200', 'after: 401']);
  });

  it('ends at every replica when its revocation is answered', async () => {
    const other = await startGateway(postgres.url, nats.url, postgres.url);
    try {
      for (let round = 0; round < 3; round++) {
        const { key, id } = await makeKey(['read']);
        const use = (url: string) =>
          globalThis.fetch(`${url}/api/providers`, { headers: { authorization: `Bearer ${key}` } });
        const revoking = { done: false };
        const using = (async () => {
          // Used all the time, so that it is remembered as freshly as can be.
          while (!revoking.done) expect([200, 401]).toContain((await use(other.url)).status);
        })();
        expect((await use(other.url)).status).toBe(200);
        expect((await asAdmin('DELETE', `/api/keys/${id}`)).status).toBe(200);
        for (const { url } of [other, gateway]) expect((await use(url)).status).toBe(401);
        revoking.done = true;
        await using;
      }
    } finally {
      await other.close();
    }
  });

  it('says that it was revoked, and that there is no such key', async () => {
    const other = await makeKey(['read']);
    expect((await call('GET', '/api/providers', `Bearer ${other.key}`)).status).toBe(200);
    const revoked = (await (await asAdmin('DELETE', `/api/keys/${other.id}`)).json()) as KeyDto;
    expect(revoked.revokedAt).toBeDefined();
    expect((await call('GET', '/api/providers', `Bearer ${other.key}`)).status).toBe(401);
    expect((await asAdmin('DELETE', '/api/keys/aaaaaaaaaaaa')).status).toBe(404);
  });

  it('refuses keys that mean nothing, naming the field', async () => {
    for (const [body, field] of [
      [{ name: 'x', scopes: [] }, 'scopes'],
      [{ name: 'x', scopes: ['root'] }, 'scopes'],
      [{ name: 'x', scopes: ['read', 'read'] }, 'scopes'],
      [{ name: '', scopes: ['read'] }, 'name'],
      [{ name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
      [{ name: 'x', scopes: ['read'], expiresAt: 'tomorrow' }, 'expiresAt'],
    ] as const) {
      const answer = await asAdmin('POST', '/api/keys', body);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { errors: { field: string }[] }).errors[0]?.field).toBe(field);
    }
  });

  it('lists them page by page, each once', async () => {
    const made = [await makeKey(['read']), await makeKey(['read']), await makeKey(['read'])];
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '2', ...(cursor === undefined ? {} : { cursor }) });
      const page = (await (await asAdmin('GET', `/api/keys?${query.toString()}`)).json()) as KeyListDto;
      seen.push(...page.keys.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.slice(0, 3)).toEqual(made.map(({ id }) => id).reverse());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('lets everybody ask how it is, and read what problems mean', async () => {
    for (const path of ['/health/live', '/health/ready', '/problems', '/metrics'])
      expect([path, (await fetch(`${gateway.url}${path}`)).status]).toEqual([path, 200]);
  });

  it('asks for a key for metrics when somebody else asks through this machine', async () => {
    const answer = await fetch(`${gateway.url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    expect(answer.status).toBe(401);
  });

  it('says 503 when the keys cannot be read, and still takes the admin key', async () => {
    const lonely = await startGateway(postgres.url, nats.url);
    const ask = (key: string) =>
      fetch(`${lonely.url}/api/providers`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask(`csk_aaaaaaaaaaaa_${'A'.repeat(43)}`)).status).toBe(503);
    expect((await ask(ADMIN_KEY)).status).toBe(200);
    await lonely.close();
  });
});

describe('handlers', () => {
  @RequiresScope('read')
  @Controller('covered')
  class Covered {
    @Get()
    look(): void {}
  }
  @Controller('bare')
  class Bare {
    @Get()
    look(): void {}
  }
  @RequiresScope('read')
  @Controller('half')
  class Half {
    @Post()
    change(): void {}
  }
  const start = async (controllers: (typeof Covered | typeof Bare | typeof Half)[]) => {
    class Root {}
    const app = await NestFactory.create(
      { module: Root, imports: [DiscoveryModule], controllers, providers: [HandlerRules] },
      { logger: false, abortOnError: false },
    );
    await app.init();
    await app.close();
  };

  it('are refused at the start when they do not say whom they let in', async () => {
    await expect(start([Covered])).resolves.toBeUndefined();
    await expect(start([Covered, Bare])).rejects.toThrow(/Bare\.look: put @RequiresScope/);
  });

  it('are refused when they change something for readers', async () => {
    await expect(start([Half])).rejects.toThrow(/Half\.change changes something/);
  });
});
