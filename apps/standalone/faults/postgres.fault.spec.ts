import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { DatabaseSession, takeAllConnections } from './support/database-session.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig, type Service } from './support/rig.js';
import { Scene } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

const LONGER_THAN_A_LEASE_MS = 5_000;

/** A pause that is the fault itself. */
const hold = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('PostgreSQL', () => {
  const row = faultTable('PostgreSQL');
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);
  afterEach(() => {
    const deaths = rig.serviceDeaths;
    if (deaths > 0)
      throw new Error(`${deaths} services have died: whatever happens to the database, none may`);
  });

  /** A provider after its first sync, with a day to be synced. */
  async function nextDay(protocol: 'stalker' | 'xtream' = 'stalker'): Promise<Scene> {
    const scene = await Scene.open(rig, protocol);
    await scene.firstSync();
    await scene.tomorrow();
    return scene;
  }

  async function withSession<T>(use: (session: DatabaseSession) => Promise<T>): Promise<T> {
    const session = await DatabaseSession.open(rig.postgresUrl);
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  const standsInTransaction = (service: Service): Promise<number> =>
    withSession((session) =>
      waitFor(() => session.idleInTransaction(service), {
        timeoutMs: 60_000,
        what: `the ${service} to stand in its transaction`,
      }),
    );

  for (const { service, point, what, awayMs } of [
    { service: 'reconciler', point: 'reconciler.page.before-commit', what: 'pages are taken in', awayMs: 0 },
    {
      service: 'reconciler',
      point: 'reconciler.page.before-commit',
      what: 'pages are taken in',
      awayMs: LONGER_THAN_A_LEASE_MS,
    },
    {
      service: 'snapshot',
      point: 'snapshot.seal.before-commit',
      what: 'a version is sealed',
      awayMs: LONGER_THAN_A_LEASE_MS,
    },
    {
      service: 'fetcher',
      point: 'fetcher.job.before-close',
      what: 'a job is closed',
      awayMs: LONGER_THAN_A_LEASE_MS,
    },
  ] as const) {
    it(`${row({
      name: awayMs === 0 ? `killed while ${what}` : `killed while ${what}, and away for longer than a lease`,
      fault: `kill -9 of PostgreSQL while the ${service} stands at ${point}; restarted on its files ${awayMs === 0 ? 'at once' : `after ${awayMs / 1000} s`}`,
      expected:
        'the transaction is as if it had not been; the job completes; exactly the day’s events; the oracle',
    })}`, async () => {
      const scene = await nextDay();
      await rig.arm(service, `${point}=delay:3000@1`);
      const job = await scene.start();
      await standsInTransaction(service);
      await rig.killForAWhile('postgres', awayMs);
      expect((await scene.end(job)).state).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }

  it(`${row({
    name: 'connections lost in a transaction',
    fault:
      'pg_terminate_backend on every connection of the reconciler while it stands at reconciler.page.before-commit',
    expected: 'the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await nextDay();
    await rig.arm('reconciler', 'reconciler.page.before-commit=delay:2000@1');
    const job = await scene.start();
    await standsInTransaction('reconciler');
    expect(await withSession((session) => session.terminate('reconciler'))).toBeGreaterThan(0);
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'connections lost in a transaction, more often than the pool has clients',
    fault: 'the same nine times in one sync, one after the other; a pool has eight clients',
    expected: 'the pool does not run dry; the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await nextDay();
    await rig.arm('reconciler', 'reconciler.page.before-commit=delay:600');
    const job = await scene.start();
    for (let loss = 1; loss <= 9; loss += 1) {
      await standsInTransaction('reconciler');
      await withSession((session) => session.terminate('reconciler'));
    }
    await rig.disarm('reconciler');
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  for (const { service, point, committed } of [
    {
      service: 'reconciler',
      point: 'reconciler.page.after-commit',
      committed: `select 1 from catalogue.event where provider_id = $1 and seq > $2`,
    },
    {
      service: 'snapshot',
      point: 'snapshot.fold.after-commit',
      committed: `select 1 from snapshot.checkpoint where provider_id = $1 and seq > $2`,
    },
  ] as const) {
    it(`${row({
      name: `connections lost right after a commit of the ${service}`,
      fault: `pg_terminate_backend on every connection of the ${service} while it stands at ${point}`,
      expected: 'what was committed is told once; the job completes; exactly the day’s events; the oracle',
    })}`, async () => {
      const scene = await nextDay();
      const { lastSeq } = await scene.rest();
      await rig.arm(service, `${point}=delay:2000@1`);
      const job = await scene.start();
      await withSession(async (session) => {
        await waitFor(async () => (await session.rows(committed, [scene.provider, lastSeq])).length > 0, {
          timeoutMs: 60_000,
          what: 'a commit',
        });
        expect(await session.terminate(service)).toBeGreaterThan(0);
      });
      expect((await scene.end(job)).state).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }

  it(`${row({
    name: 'no connection left',
    fault:
      'every connection slot of the server is taken for 5 s in the middle of a sync, and the services’ own are cut',
    expected: 'nothing is parked or lost; the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await nextDay();
    await rig.arm('reconciler', 'reconciler.page.before-commit=delay:1500@1');
    const job = await scene.start();
    await standsInTransaction('reconciler');
    await withSession(async (session) => {
      const first = await takeAllConnections(rig.postgresUrl);
      for (const service of ['fetcher', 'reconciler', 'snapshot']) await session.terminate(service);
      const rest = await takeAllConnections(rig.postgresUrl);
      expect(first.count + rest.count).toBeGreaterThan(50);
      await hold(5_000);
      await Promise.all([first.release(), rest.release()]);
    });
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'tables locked for longer than a connection is waited for',
    fault:
      'another session holds catalogue.lease and catalogue.stream_head exclusively for 13 s in the middle of a sync',
    expected:
      'the reconciler waits, its pool runs dry and fills again; the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await nextDay();
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1000@3');
    const job = await scene.start();
    await withSession(async (session) => {
      await session.rows('begin');
      await session.rows('lock table catalogue.lease, catalogue.stream_head in access exclusive mode');
      await hold(13_000);
      await session.rows('commit');
    });
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  it(`${row({
    name: 'one provider’s row locked elsewhere',
    fault:
      'another session holds the stream_head row of a provider for the time of a whole sync of another one',
    expected:
      'the other provider’s job completes meanwhile, the held one’s when the lock is gone; the oracle for both',
  })}`, async () => {
    const held = await nextDay();
    const free = await nextDay('xtream');
    await withSession(async (session) => {
      await session.rows('begin');
      await session.rows('select 1 from catalogue.stream_head where provider_id = $1 for update', [
        held.provider,
      ]);
      const job = await held.start();
      expect((await free.sync(undefined, 30_000)).state).toBe('completed');
      await session.rows('commit');
      expect((await held.end(job)).state).toBe('completed');
    });
    await held.restExactly();
    await free.restExactly();
    await held.close();
    await free.close();
  });

  it(`${row({
    name: 'a transaction left open elsewhere',
    fault: 'another session keeps a REPEATABLE READ snapshot of the tables open over two syncs',
    expected: 'both jobs complete; exactly the days’ events; the oracle',
  })}`, async () => {
    const scene = await nextDay();
    await withSession(async (session) => {
      await session.rows('begin isolation level repeatable read');
      await session.rows('select count(*) from catalogue.item_state, catalogue.stream_head');
      expect((await scene.sync()).state).toBe('completed');
      await scene.tomorrow();
      expect((await scene.sync()).state).toBe('completed');
    });
    await scene.restExactly();
    await scene.close();
  });
});
