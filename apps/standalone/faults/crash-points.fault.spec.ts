import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { PageTap } from './support/page-tap.js';
import { Rig, type Service } from './support/rig.js';
import { Scene, type Protocol } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

interface CrashPoint {
  service: Service;
  point: string;
  /** The pass of the first sync, of thousands of items, that is killed. */
  pass: number;
  when: string;
  protocol?: Protocol;
}

const CRASH_POINTS: readonly CrashPoint[] = [
  {
    service: 'fetcher',
    point: 'fetcher.page.before-publish',
    pass: 5,
    when: 'after the fetch of a portal’s pages, before they are published',
  },
  {
    service: 'fetcher',
    point: 'fetcher.page.after-publish',
    pass: 5,
    when: 'after the publish of a portal’s pages, before that is written down',
  },
  {
    service: 'fetcher',
    point: 'fetcher.page.after-publish',
    pass: 2,
    when: 'in the middle of a panel’s list',
    protocol: 'xtream',
  },
  {
    service: 'fetcher',
    point: 'fetcher.job.before-close',
    pass: 1,
    when: 'in the transaction that ends the job',
  },
  {
    service: 'fetcher',
    point: 'fetcher.job.after-close',
    pass: 1,
    when: 'after the job’s end is committed, before it is told',
  },
  {
    service: 'reconciler',
    point: 'reconciler.page.before-commit',
    pass: 2,
    when: 'in the transaction that takes pages in',
  },
  {
    service: 'reconciler',
    point: 'reconciler.page.after-commit',
    pass: 2,
    when: 'after pages are committed, before their events are published',
  },
  {
    service: 'reconciler',
    point: 'reconciler.relay.within-batch',
    pass: 2,
    when: 'in the middle of a batch of events that is being published',
  },
  {
    service: 'reconciler',
    point: 'reconciler.page.after-relay',
    pass: 2,
    when: 'after the events are published, before the pages are acknowledged',
  },
  {
    service: 'reconciler',
    point: 'reconciler.scope.before-commit',
    pass: 1,
    when: 'in the transaction that decides about removals',
  },
  {
    service: 'reconciler',
    point: 'reconciler.scope.after-commit',
    pass: 1,
    when: 'after removals are committed, before they are published',
  },
  {
    service: 'snapshot',
    point: 'snapshot.fold.before-commit',
    pass: 2,
    when: 'in the transaction that folds events',
  },
  {
    service: 'snapshot',
    point: 'snapshot.fold.after-commit',
    pass: 2,
    when: 'after a fold is committed',
  },
  {
    service: 'snapshot',
    point: 'snapshot.segments.before-commit',
    pass: 1,
    when: 'in the middle of a seal, while segments are staged',
  },
  {
    service: 'snapshot',
    point: 'snapshot.prune.before',
    pass: 1,
    when: 'in the middle of a seal, before older versions are pruned',
  },
  {
    service: 'snapshot',
    point: 'snapshot.seal.before-commit',
    pass: 1,
    when: 'at the end of a seal, before it is committed',
  },
  {
    service: 'snapshot',
    point: 'snapshot.seal.after-commit',
    pass: 1,
    when: 'after a seal is committed, before it is told',
  },
];

describe('kill -9', () => {
  const row = faultTable('kill -9');
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);

  for (const { service, point, pass, when, protocol = 'stalker' } of CRASH_POINTS) {
    it(`${row({
      name: `${service} ${when}`,
      fault: `${point}=kill: in the first sync, and again in tomorrow’s`,
      expected: 'both jobs complete; exactly the day’s events; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, protocol);
      expect(await killedSync(scene, service, `${point}=kill@${pass}`)).toBe('completed');
      await scene.rest();
      await scene.tomorrow();
      expect(await killedSync(scene, service, `${point}=kill@1`)).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }

  it(`${row({
    name: 'reconciler after pages are acknowledged, before the next come',
    fault: 'kill -9 while the fetcher holds a page back and the work queue is empty',
    expected: 'the job completes; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker');
    await scene.firstSync();
    await scene.tomorrow();
    const tap = await PageTap.open(rig.natsUrl, scene.provider);
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1000');
    const job = await scene.start();
    await waitFor(async () => tap.seen.length > 2 && (await tap.waiting()) === 0, {
      timeoutMs: 60_000,
      what: 'the first pages to be acknowledged',
    });
    await rig.kill('reconciler');
    await rig.disarm('fetcher');
    expect((await scene.end(job)).state).toBe('completed');
    await scene.restExactly();
    await tap.close();
    await scene.close();
  });

  /** How a sync ended during which the service died by the armed fault: a fault that does not strike fails the row. */
  async function killedSync(scene: Scene, service: Service, setting: string): Promise<string> {
    const deaths = rig.happenings.deathsOf(service) + 1;
    const restarts = rig.happenings.restartsOf(service) + 1;
    await rig.arm(service, setting);
    const job = await scene.start();
    await rig.happenings.diedTimes(service, deaths);
    await rig.happenings.restartedTimes(service, restarts);
    return (await scene.end(job)).state;
  }
});
