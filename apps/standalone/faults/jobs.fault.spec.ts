import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { DatabaseSession } from './support/database-session.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig, type Service } from './support/rig.js';
import { Scene, SMALL } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

describe('jobs', () => {
  const row = faultTable('jobs');
  let rig: Rig;
  let database: DatabaseSession;
  beforeAll(async () => {
    rig = await Rig.start();
    database = await DatabaseSession.open(rig.postgresUrl);
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await rig?.stop();
  });

  it(`${row({
    name: 'started twenty times at once',
    fault: 'twenty requests for a sync of one provider at the same moment',
    expected: 'one answer says started, all name the same job; one job runs; the oracle',
  })}`, async () => {
    // However slowly the requests come through, the first job has not ended before the last of them.
    const scene = await Scene.open(rig, 'stalker', { ...SMALL, latencyMs: 300 });
    const starts = await Promise.all(Array.from({ length: 20 }, () => rig.system.startSync(scene.provider)));
    expect(starts.filter(({ status }) => status !== 200).map(({ status }) => status)).toEqual([202]);
    const job = starts.find(({ status }) => status === 202)?.job;
    if (!job) throw new Error('no job');
    expect(starts.map((start) => start.job.id)).toEqual(Array(20).fill(job.id));
    expect((await scene.end(job)).state).toBe('completed');
    const { body } = await rig.system.call<{ jobs: unknown[] }>(
      'GET',
      `/api/providers/${scene.provider}/sync/jobs`,
    );
    expect(body.jobs).toHaveLength(1);
    await scene.restExactly();
    await scene.close();
  });

  for (const { service, point, what } of [
    { service: 'reconciler', point: 'reconciler.page.before-commit', what: 'pages are committed' },
    { service: 'reconciler', point: 'reconciler.scope.before-commit', what: 'removals are committed' },
    { service: 'snapshot', point: 'snapshot.seal.before-commit', what: 'a version is committed' },
  ] satisfies { service: Service; point: string; what: string }[]) {
    it(`${row({
      name: `cancelled while ${what}`,
      fault: `DELETE …/sync while the ${service} stands at ${point}`,
      expected:
        'the job ends completed or cancelled; a version is complete or absent; nothing is removed wrongly; the next sync completes; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, 'stalker');
      await scene.firstSync();
      // A run that is not complete adds categories and takes none away: a moved item would change twice.
      await scene.tomorrow({ move: 0 });
      await rig.arm(service, `${point}=delay:2000@1`);
      const job = await scene.start();
      await waitFor(() => database.idleInTransaction(service), {
        timeoutMs: 60_000,
        what: `the ${service} to stand at its commit`,
      });
      const { status } = await rig.system.call('DELETE', `/api/providers/${scene.provider}/sync`);
      expect(status).toBe(202);
      const end = await scene.end(job);
      expect(['completed', 'cancelled']).toContain(end.state);
      await scene.rest();
      expect((await scene.sync()).state).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }
});
