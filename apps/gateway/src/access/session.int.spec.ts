import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { REQUEST } from '@catalogue-sync/contracts';
import type { CreatedKeyDto, LoginLinkDto, AccessScope, SessionDto } from '@catalogue-sync/contracts/rest';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { ADMIN_KEY, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleJob } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres. Played: the fetcher.
describe('browser sessions', () => {
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
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
    database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
  });
  beforeEach(() => database.query('truncate gateway.session, gateway.login_token').catch(() => undefined));
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await database.end();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const call = (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const admin = { authorization: `Bearer ${ADMIN_KEY}` };
  const makeLink = async (body: { scopes?: AccessScope[] } = {}) =>
    (await (await call('POST', '/api/login-links', admin, body)).json()) as LoginLinkDto;
  const signIn = async (body: { token: string } | { key: string }) => {
    const answer = await call('POST', '/api/session', {}, body);
    const setCookie = answer.headers.get('set-cookie') ?? '';
    return { status: answer.status, setCookie, cookie: { cookie: setCookie.split(';')[0] ?? '' } };
  };
  const status = async (cookie: { cookie: string }) => (await call('GET', '/api/providers', cookie)).status;

  it('begin with a login link, once', async () => {
    const { token, path } = await makeLink();
    expect(path).toBe(`/login?token=${token}`);
    const { status: first, setCookie, cookie } = await signIn({ token });
    expect(first).toBe(200);
    expect(setCookie).toMatch(/; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    expect((await signIn({ token })).status).toBe(401);

    const who = (await (await call('GET', '/api/session', cookie)).json()) as SessionDto;
    expect(who).toMatchObject({ kind: 'session', name: 'admin key', scopes: ['admin'] });
    expect(await status(cookie)).toBe(200);
    const stored = await database.query(
      'select s::text || t::text as row from gateway.session s, gateway.login_token t',
    );
    for (const { row } of stored.rows as { row: string }[]) {
      expect(row).not.toContain(token);
      expect(row).not.toContain(cookie.cookie.split('=')[1]);
    }
  });

  it('that race for one link are one', async () => {
    const { token } = await makeLink();
    const answers = await Promise.all(Array.from({ length: 8 }, () => signIn({ token })));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(7);
  });

  it('do not begin with a link that is too old, nor with what is none', async () => {
    const { token } = await makeLink();
    await database.query(`update gateway.login_token set expires_at = now()`);
    expect((await signIn({ token })).status).toBe(401);
    expect((await signIn({ token: 'x' })).status).toBe(401);
    expect((await call('POST', '/api/session', {}, {})).status).toBe(400);
  });

  it('have the scopes of the link or the key, and end with the key', async () => {
    const { token } = await makeLink({ scopes: ['read'] });
    const looker = (await signIn({ token })).cookie;
    expect(await status(looker)).toBe(200);
    expect((await call('POST', '/api/providers/p1/sync', looker, {})).status).toBe(403);

    const body = { name: 'for a browser', scopes: ['operate'] };
    const { key, id } = (await (await call('POST', '/api/keys', admin, body)).json()) as CreatedKeyDto;
    const { cookie } = await signIn({ key });
    expect((await call('POST', '/api/providers/p1/sync', cookie, {})).status).toBe(202);
    await database.query('update gateway.api_key set expires_at = now() where id = $1', [id]);
    expect(await status(cookie)).toBe(401);
    await database.query('update gateway.api_key set expires_at = null where id = $1', [id]);
    expect(await status(cookie)).toBe(200);
    await call('DELETE', `/api/keys/${id}`, admin);
    expect(await status(cookie)).toBe(401);
  });

  it('end when they are idle, old, or signed out of', async () => {
    for (const change of ["seen_at = now() - interval '12 hours'", 'expires_at = now()']) {
      const { cookie } = await signIn({ key: ADMIN_KEY });
      expect(await status(cookie)).toBe(200);
      await database.query(`update gateway.session set ${change}`);
      expect([change, await status(cookie)]).toEqual([change, 401]);
    }
    const { cookie } = await signIn({ key: ADMIN_KEY });
    await database.query("update gateway.session set seen_at = now() - interval '11 hours'");
    expect(await status(cookie)).toBe(200);
    const seen = await database.query(
      "select from gateway.session where seen_at > now() - interval '1 minute'",
    );
    expect(seen.rowCount).toBe(1);
    const out = await call('DELETE', '/api/session', cookie);
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect(await status(cookie)).toBe(401);
  });

  it('end when the admin key becomes another', async () => {
    const { cookie } = await signIn({ key: ADMIN_KEY });
    await database.query("update gateway.session set key_id = 'admin-01234567'");
    expect(await status(cookie)).toBe(401);
  });

  it('change nothing for pages of other sites, whatever the cookie says', async () => {
    const { cookie } = await signIn({ key: ADMIN_KEY });
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'http://evil.example' }] as Record<
      string,
      string
    >[]) {
      const answer = await call('POST', '/api/providers/p1/sync', { ...cookie, ...headers }, {});
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'cross-origin-refused' });
    }
    const own = { ...cookie, 'sec-fetch-site': 'same-origin', origin: gateway.url };
    expect((await call('POST', '/api/providers/p1/sync', own, {})).status).toBe(202);
  });
});
