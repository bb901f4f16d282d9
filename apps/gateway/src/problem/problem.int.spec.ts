import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';

// Real: HTTP, NATS, Postgres with the gateway's own schema. Nobody answers on NATS, and there is no database to read from: this is about what
// the edge itself refuses.
const NO_DATABASE = 'postgres://127.0.0.1:1/none';
const JSON_HEADERS = { 'content-type': 'application/json' };

describe('problem answers', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    gateway = await startGateway(NO_DATABASE, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });

  it.each<[string, string, RequestInit, number, string]>([
    ['a path that is not there', '/api/nothing?password=hunter2', {}, 404, 'route-not-found'],
    ['the root', '/', {}, 404, 'route-not-found'],
    ['a method that a path lacks', '/api/providers', { method: 'PUT' }, 405, 'method-not-allowed'],
    [
      'broken JSON',
      '/api/providers',
      { method: 'POST', body: '{"password":"hunter2"', headers: JSON_HEADERS },
      400,
      'malformed-body',
    ],
    [
      'JSON that poisons prototypes',
      '/api/providers',
      { method: 'POST', body: '{"__proto__":{"x":1}}', headers: JSON_HEADERS },
      400,
      'malformed-body',
    ],
    [
      'a list for a body',
      '/api/providers',
      { method: 'POST', body: '[]', headers: JSON_HEADERS },
      400,
      'invalid-request',
    ],
    [
      'a text for a body',
      '/api/providers',
      { method: 'POST', body: '"x"', headers: JSON_HEADERS },
      400,
      'invalid-request',
    ],
    [
      'a body of another type',
      '/api/providers',
      { method: 'POST', body: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a form',
      '/api/providers',
      { method: 'POST', body: 'name=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-media-type',
    ],
    [
      'a body over 1 MiB',
      '/api/providers',
      { method: 'POST', body: `"${'x'.repeat(1_048_576)}"`, headers: JSON_HEADERS },
      413,
      'body-too-large',
    ],
    ['an answer in HTML', '/api/providers', { headers: { accept: 'text/html' } }, 406, 'not-acceptable'],
    ['a bad escape', '/api/providers/%zz', {}, 400, 'malformed-request'],
    ['an endless path parameter', `/api/providers/p${'1'.repeat(3_000)}`, {}, 400, 'malformed-request'],
    [
      'a page of another site',
      '/api/providers/p1/sync',
      { method: 'POST', headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' } },
      403,
      'cross-origin-refused',
    ],
    ['nobody behind the gateway', '/api/providers', {}, 503, 'service-unavailable'],
    ['no database', '/api/providers/p1/events', {}, 503, 'service-unavailable'],
  ])('answers %s as one', async (_what, path, init, status, code) => {
    const answer = await fetch(`${gateway.url}${path}`, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const body = await answer.text();
    expect(body).not.toContain('hunter2');
    expect(body).not.toMatch(/node_modules|\.ts:|\.js:/);
    expect(JSON.parse(body)).toMatchObject({
      type: `/problems/${code}`,
      status,
      code,
      title: expect.any(String),
      detail: expect.any(String),
      instance: path.split('?')[0],
      requestId: expect.any(String),
    });
  });

  it('names the methods that a path has', async () => {
    const answer = await fetch(`${gateway.url}/api/providers/p1/sync`, { method: 'PUT' });
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, POST');
  });

  it('says when to try again', async () => {
    const answer = await fetch(`${gateway.url}/api/providers`);
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('answers bytes that are not HTTP, and hangs up', async () => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname).end('hunter2\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json/);
    expect(answer).not.toContain('hunter2');
  });

  it('keeps a request id that it is given, unless it is odd', async () => {
    const given = await fetch(`${gateway.url}/nothing`, { headers: { 'x-request-id': 'abc-1' } });
    expect(given.headers.get('x-request-id')).toBe('abc-1');
    expect(await given.json()).toMatchObject({ requestId: 'abc-1' });
    const odd = await fetch(`${gateway.url}/nothing`, { headers: { 'x-request-id': 'a b' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('says what each type means', async () => {
    const answer = await fetch(`${gateway.url}/problems/events-trimmed`);
    expect(await answer.json()).toMatchObject({ code: 'events-trimmed', status: 410 });
    expect((await fetch(`${gateway.url}/problems/toString`)).status).toBe(404);
  });

  it.each(['/nothing', '/health/live', '/docs', '/api/providers/%zz'])(
    'protects %s with headers',
    async (path) => {
      const { headers } = await fetch(`${gateway.url}${path}`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
      expect(headers.get('x-frame-options')?.toLowerCase()).toBe('deny');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.has('x-powered-by')).toBe(false);
    },
  );
});
