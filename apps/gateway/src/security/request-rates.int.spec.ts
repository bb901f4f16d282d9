import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REQUEST } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { ADMIN_KEY, fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

// Real: HTTP, NATS, Postgres. Played: the fetcher. So slow a rate that no token comes back while the test runs.
describe('request rates', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    services = await new StandInServices({ [REQUEST.listProviders]: () => ({ providers: [] }) }).start(
      nats.url,
    );
    gateway = await startGateway(postgres.url, nats.url, postgres.url, { callerRequestsPerSecond: 0.5 });
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const statuses = async (count: number, ask: () => Promise<Response>) => {
    const answers: Response[] = [];
    for (let i = 0; i < count; i += 1) answers.push(await ask());
    return answers;
  };
  const post = (path: string, body: object) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('slow down the key that asks too much, and no other', async () => {
    const made = await post('/api/keys', { name: 'loop', scopes: ['read'] });
    const { key } = (await made.json()) as { key: string };
    const ask = () => fetch(`${gateway.url}/api/providers`, { headers: { authorization: `Bearer ${key}` } });
    const answers = await statuses(6, ask);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    const [last] = answers.slice(-1);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await last?.json()).toMatchObject({ code: 'too-many-requests' });
    expect((await fetch(`${gateway.url}/api/providers`)).status).toBe(200);
  });

  it('slow down who guesses keys when signing in, but nobody who signs in from the same address', async () => {
    const open = await startGateway(postgres.url, nats.url, postgres.url);
    const signIn = (key: string) =>
      fetch(`${open.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ key }),
      });
    for (const answer of await statuses(25, () => signIn(ADMIN_KEY))) expect(answer.status).toBe(200);
    for (const answer of await statuses(20, () => signIn('guess'))) expect(answer.status).toBe(401);
    const refused = await signIn('guess');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^[1-3]$/),
    ]);
    expect((await signIn(ADMIN_KEY)).status).toBe(200);
    await open.close();
  });
});
