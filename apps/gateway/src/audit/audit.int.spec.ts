import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import type { AuditEntryDto, AuditListDto, CreatedKeyDto } from '@catalogue-sync/contracts/rest';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { ADMIN_KEY, fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleJob, sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres. Played: the fetcher.
describe('the audit log', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let services: StandInServices;
  let gateway: GatewayUnderTest;
  let database: pg.Client;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    services = await new StandInServices({
      [REQUEST.createProvider]: ({ name }) => sampleProvider({ name }),
      [REQUEST.getProvider]: ({ providerId }) => sampleProvider({ id: providerId }),
      [REQUEST.startSync]: () => ({ job: sampleJob(), started: true }),
      [REQUEST.deleteProvider]: () => {
        throw new CatalogueSyncError('provider-not-found', 'There is no such provider.');
      },
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

  const send = (method: string, path: string, body?: unknown, key = ADMIN_KEY) =>
    fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const log = async (query = '') => (await (await send('GET', `/api/audit?${query}`)).json()) as AuditListDto;
  const newest = async () => (await log('limit=1')).entries[0] as AuditEntryDto;

  it('says who changed what, when and from where, and keeps no secret', async () => {
    const connection = { protocol: 'xtream', url: 'http://h.example', username: 'me', password: 'hunter2' };
    expect((await send('POST', '/api/providers', { name: 'My panel', connection })).status).toBe(201);
    const entry = await newest();
    expect(entry).toMatchObject({
      actor: { kind: 'admin-key', name: 'admin key' },
      address: '127.0.0.1',
      action: 'createProvider',
      providerId: 'p1',
      subject: { created: '/api/providers/p1' },
      fields: { name: 'My panel', 'connection.url': 'http://h.example/…', 'connection.password': '…' },
      outcome: { status: 201 },
    });
    expect(Date.parse(entry.at)).toBeGreaterThan(Date.now() - 60_000);
    const rows = await database.query('select e::text as row from gateway.audit_entry e');
    expect(JSON.stringify(rows.rows)).not.toContain('hunter2');
  });

  it('says how a change ended that was refused', async () => {
    await send('DELETE', '/api/providers/pgone');
    expect(await newest()).toMatchObject({
      action: 'deleteProvider',
      providerId: 'pgone',
      outcome: { status: 404, code: 'provider-not-found' },
    });
    await send('POST', '/api/providers', { name: '' });
    expect(await newest()).toMatchObject({ outcome: { status: 400, code: 'invalid-request' } });
  });

  it('takes texts that the database would not', async () => {
    const odd = { name: '\u0000 \\u0000 \ud800 \u{1f600}', '\ud800': 1 };
    expect((await send('POST', '/api/providers', odd)).status).toBe(400);
    expect((await newest()).fields).toEqual({ name: '\ufffd \\u0000 \ufffd \u{1f600}', '\ufffd': 1 });
    expect((await send('POST', '/api/providers/%00/sync', {})).status).toBe(400);
    expect(await newest()).toMatchObject({ action: 'startSync', subject: { id: '\ufffd' } });
  });

  it('has no entry for looking, nor for whoever was not let in', async () => {
    const { id } = await newest();
    await send('GET', '/api/providers/p1');
    await send('POST', '/api/providers/p1/sync', {}, `csk_aaaaaaaaaaaa_${'A'.repeat(43)}`);
    expect((await newest()).id).toBe(id);
  });

  it('is found by provider and by actor, page by page', async () => {
    const made = await send('POST', '/api/keys', { name: 'night shift', scopes: ['operate'] });
    const { id, key } = (await made.json()) as CreatedKeyDto;
    expect(await newest()).toMatchObject({ action: 'createKey', subject: { created: `/api/keys/${id}` } });
    expect(JSON.stringify(await log())).not.toContain(key);
    for (const provider of ['p5', 'p6', 'p5']) await send('POST', `/api/providers/${provider}/sync`, {}, key);
    const of = async (query: string) => (await log(query)).entries.map((entry) => entry.providerId);
    expect(await of(`actor=${id}`)).toEqual(['p5', 'p6', 'p5']);
    expect(await of('provider=p5')).toEqual(['p5', 'p5']);
    expect(await of('provider=p1')).toEqual(['p1']);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await log(`limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.entries.map((entry) => entry.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    const count = await database.query('select count(*)::int as count from gateway.audit_entry');
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength((count.rows[0] as { count: number }).count);
  });

  it('tells a session from the key that it goes back to, and logs signing in', async () => {
    const { key, id } = (await (
      await send('POST', '/api/keys', { name: 'browser', scopes: ['operate'] })
    ).json()) as CreatedKeyDto;
    const signIn = await send('POST', '/api/session', { key });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    await globalThis.fetch(`${gateway.url}/api/providers/p1/sync`, { method: 'POST', headers: { cookie } });
    const { entries } = await log(`actor=${id}`);
    expect(entries.map(({ action }) => action)).toEqual(['startSync', 'startSession']);
    expect(entries[0]?.actor).toMatchObject({ kind: 'session', name: 'browser', keyId: id });
  });

  it.each([
    'update gateway.audit_entry set action = action',
    'delete from gateway.audit_entry',
    'truncate gateway.audit_outcome',
    'delete from gateway.audit_outcome',
  ])('only grows: refuses "%s"', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow('the audit log only grows');
  });

  it('cannot be written: nothing is changed', async () => {
    const away = await startGateway(postgres.url, nats.url);
    const before = services.requests.length;
    const answer = await fetch(`${away.url}/api/providers/p1/sync`, { method: 'POST' });
    expect([answer.status, services.requests.length]).toEqual([503, before]);
    await away.close();
  });
});
