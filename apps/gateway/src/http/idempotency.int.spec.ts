import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import pg from 'pg';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleJob, sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

const connection = { protocol: 'xtream', url: 'http://h.example', username: 'me', password: 'hunter2' };

// Real: HTTP, NATS, Postgres, two gateways. Played: the fetcher.
describe('an idempotency key', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let services: StandInServices;
  let gateways: GatewayUnderTest[];
  let database: pg.Client;
  let created = 0;
  let create: () => Promise<ReturnType<typeof sampleProvider>>;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    services = await new StandInServices({
      [REQUEST.createProvider]: () => create(),
      [REQUEST.startSync]: () => ({ job: sampleJob(), started: false }),
    }).start(nats.url);
    gateways = [
      await startGateway(postgres.url, nats.url, postgres.url),
      await startGateway(postgres.url, nats.url, postgres.url),
    ];
    database = new pg.Client({ connectionString: postgres.url });
    await database.connect();
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await services.close();
    await database.end();
    await Promise.all([postgres.stop(), nats.stop()]);
  });
  beforeEach(() => {
    created = 0;
    create = async () => sampleProvider({ name: `No ${(created += 1)}` });
  });

  const post = (path: string, key: string, body: unknown, replica = 0) =>
    fetch(`${gateways[replica]?.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
  const addProvider = (key: string, name = 'My panel', replica = 0) =>
    post('/api/providers', key, { name, connection }, replica);

  it('makes a request that is sent again, at another replica too, get the first answer', async () => {
    const key = randomUUID();
    const first = await addProvider(key);
    const again = await addProvider(key, 'My panel', 1);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.text()).toBe(await first.text());
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(created).toBe(1);
    const { rows } = await database.query(
      `select 1 from gateway.audit_entry where action = 'createProvider'`,
    );
    expect(rows).toHaveLength(1);
    // Another key is another request.
    expect((await addProvider(randomUUID())).status).toBe(201);
    expect(created).toBe(2);
  });

  it('keeps the status that a handler chose', async () => {
    const key = randomUUID();
    const path = '/api/providers/p1/sync';
    expect((await post(path, key, {})).status).toBe(200);
    const again = await post(path, key, {});
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  });

  it('is refused with another body', async () => {
    const key = randomUUID();
    await addProvider(key);
    const other = await addProvider(key, 'Another');
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'idempotency-key-reused' });
    expect(created).toBe(1);
  });

  it('is busy while the request is worked on', async () => {
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const atWork = new Promise<void>((resolve) => (begun = resolve));
    create = async () => {
      begun();
      await new Promise<void>((resolve) => (finish = resolve));
      return sampleProvider({ name: 'Slow' });
    };
    const key = randomUUID();
    const first = addProvider(key);
    await atWork;
    const second = await addProvider(key, 'My panel', 1);
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '2']);
    expect(await second.json()).toMatchObject({ code: 'idempotency-key-busy' });
    finish();
    expect((await first).status).toBe(201);
    expect((await addProvider(key)).headers.get('idempotency-replayed')).toBe('true');
  });

  it('may be used again after a failure, and after the gateway that worked on it died', async () => {
    const key = randomUUID();
    create = async () => {
      throw new CatalogueSyncError('service-unavailable', 'Not now.');
    };
    expect((await addProvider(key)).status).toBe(503);
    create = async () => sampleProvider({ name: `No ${(created += 1)}` });
    expect((await addProvider(key)).status).toBe(201);

    // As a gateway leaves it that is killed in the middle.
    await database.query(
      `update gateway.idempotent_answer set status = null, begun_at = now() - interval '4 minutes'`,
    );
    expect((await addProvider(key)).headers.get('idempotency-replayed')).toBeNull();
    expect(created).toBe(2);
  });

  it('is forgotten after a day, and its row is cleared away', async () => {
    const [old, other] = [randomUUID(), randomUUID()];
    await addProvider(old);
    await addProvider(other);
    await database.query(`update gateway.idempotent_answer set begun_at = now() - interval '25 hours'`);
    expect((await addProvider(old, 'Renamed')).status).toBe(201);
    const { rows } = await database.query('select 1 from gateway.idempotent_answer');
    expect(rows).toHaveLength(1);
  });

  it('is refused where the answer holds a secret, and where it could be guessed', async () => {
    const made = await post('/api/keys', randomUUID(), { name: 'k', scopes: ['read'] });
    expect([made.status, ((await made.json()) as { detail: string }).detail]).toEqual([
      400,
      'Idempotency-Key: Leave it out here: the answer holds a secret, and is not kept.',
    ]);
    expect((await addProvider('short')).status).toBe(400);
  });
});
