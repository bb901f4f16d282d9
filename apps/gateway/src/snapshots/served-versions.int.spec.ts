import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, REQUEST, type SnapshotDocument } from '@catalogue-sync/contracts';
import { startNats, startPostgres, waitFor, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { CatalogueTables } from '../../fixtures/catalogue-tables.js';
import { FactPublisher } from '../../fixtures/fact-publisher.js';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';
import { makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';

/** What the documentation promises, ms. */
const REMEMBERED_MS = 1_000;

// Real: HTTP, NATS, Postgres, two replicas of the gateway. Played: the snapshot service.
describe('the version that is served', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let tables: CatalogueTables;
  let services: StandInServices;
  let facts: FactPublisher;
  let replicas: GatewayUnderTest[];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    tables = await CatalogueTables.create(await postgres.createDatabase());
    const pin = async (provider: string, version: number | null) => {
      await tables.client.query(
        'update snapshot.snapshot set pinned = version is not distinct from $2 where provider_id = $1',
        [provider, version],
      );
    };
    services = await new StandInServices({
      [REQUEST.restoreSnapshot]: async ({ providerId, version }) => {
        await pin(providerId, version);
        return { servedVersion: version };
      },
      [REQUEST.liftSnapshotPin]: async ({ providerId }) => {
        await pin(providerId, null);
        return {};
      },
    }).start(nats.url);
    facts = await FactPublisher.connect(nats.url);
    const ownDatabase = await postgres.createDatabase();
    const start = () => startGateway(tables.readerUrl, nats.url, ownDatabase);
    replicas = await Promise.all([start(), start()]);
  }, 120_000);
  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await facts.close();
    await services.close();
    await tables.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  const store = (provider: string, version: number) =>
    storeSnapshot(tables.client, { provider, version, items: makeMovies(version) });
  const versionAt = async ({ url }: GatewayUnderTest, provider: string) =>
    ((await (await fetch(`${url}/api/providers/${provider}/snapshot`)).json()) as SnapshotDocument)
      .snapshotVersion;
  const servedVersions = (provider: string) =>
    Promise.all(replicas.map((replica) => versionAt(replica, provider)));

  it('is the new one, at every replica, once they have heard its fact', async () => {
    const provider = providerId('pfact');
    await store(provider, 1);
    for (let version = 2; version <= 10; version++) {
      expect(await servedVersions(provider)).toEqual([version - 1, version - 1]);
      await store(provider, version);
      await facts.tell(provider, FACT_TYPE.snapshotPublished, replicas);
      expect(await servedVersions(provider)).toEqual([version, version]);
    }
  });

  it('is gone, at every replica, once they have heard that its provider is', async () => {
    const provider = providerId('pdeleted');
    await store(provider, 1);
    expect(await servedVersions(provider)).toEqual([1, 1]);
    await tables.client.query('delete from snapshot.snapshot where provider_id = $1', [provider]);
    await tables.client.query(`insert into snapshot.checkpoint values ($1, 'deleted')`, [provider]);
    await facts.tell(provider, FACT_TYPE.providerPurged, replicas);
    for (const { url } of replicas) {
      const answer = await fetch(`${url}/api/providers/${provider}/snapshot`);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'provider-not-found' }]);
    }
  });

  it('is the new one a second later when no fact came', async () => {
    await store('psilent', 1);
    expect(await servedVersions('psilent')).toEqual([1, 1]);
    await store('psilent', 2);
    await delay(REMEMBERED_MS);
    expect(await servedVersions('psilent')).toEqual([2, 2]);
  });

  it('is the pinned one, at every replica, when the restore is answered, and the newest again when the pin is lifted', async () => {
    await store('ppinned', 1);
    await store('ppinned', 2);
    expect(await servedVersions('ppinned')).toEqual([2, 2]);
    const change = (method: string, path: string) =>
      fetch(`${replicas[0]?.url}/api/providers/ppinned/snapshots/${path}`, { method });
    expect((await change('POST', '1/restore')).status).toBe(200);
    expect(await servedVersions('ppinned')).toEqual([1, 1]);
    expect((await change('DELETE', 'pin')).status).toBe(200);
    expect(await servedVersions('ppinned')).toEqual([2, 2]);
  });

  it('is looked up each time while facts cannot come', async () => {
    const lone = await startNats();
    const gateway = await startGateway(tables.readerUrl, lone.url);
    try {
      await store('plone', 1);
      expect(await versionAt(gateway, 'plone')).toBe(1);
      await lone.stop();
      await waitFor(async () => (await fetch(`${gateway.url}/health/ready`)).status === 503, {
        what: 'the gateway to miss NATS',
      });
      for (let version = 2; version <= 5; version++) {
        await store('plone', version);
        expect(await versionAt(gateway, 'plone')).toBe(version);
      }
    } finally {
      await gateway.close();
    }
  });
});
