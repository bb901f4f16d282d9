import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@catalogue-sync/testing';
import { DatabaseSession } from './support/database-session.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { PageTap } from './support/page-tap.js';
import { Rig, type Service } from './support/rig.js';
import { Scene, type Protocol } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

/** A newest-first walk sees what was added, and nothing else. */
const ONLY_NEW = { add: 24, edit: 0, remove: 0, move: 0 };

interface Kill {
  protocol: Protocol;
  mode: 'list' | 'head';
  service: Service;
  point: string;
  when: string;
}

const KILLS: readonly Kill[] = [
  {
    protocol: 'xtream',
    mode: 'list',
    service: 'fetcher',
    point: 'fetcher.page.after-publish=kill@2',
    when: 'after the ids of a panel’s unchanged rows are published',
  },
  {
    protocol: 'xtream',
    mode: 'list',
    service: 'reconciler',
    point: 'reconciler.page.before-commit=kill@2',
    when: 'in the transaction that takes a panel’s changed list in',
  },
  {
    protocol: 'stalker',
    mode: 'head',
    service: 'fetcher',
    point: 'fetcher.page.after-publish=kill@2',
    when: 'after a portal’s newest pages are published, before they are judged',
  },
  {
    protocol: 'stalker',
    mode: 'head',
    service: 'reconciler',
    point: 'reconciler.page.after-commit=kill@2',
    when: 'after a portal’s newest pages are committed, before that is told',
  },
];

describe('incremental syncs', () => {
  const row = faultTable('incremental syncs');
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

  for (const { protocol, mode, service, point, when } of KILLS) {
    it(`${row({
      name: `${service} killed ${when}`,
      fault: `${point}, in a sync of mode ${mode}`,
      expected: 'the job completes; exactly the day’s events; so does the next one; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, protocol);
      await scene.firstSync();
      const day = mode === 'head' ? ONLY_NEW : {};
      await scene.tomorrow(day);
      const deaths = rig.happenings.deathsOf(service) + 1;
      await rig.arm(service, point);
      const job = await scene.start(mode);
      await rig.happenings.diedTimes(service, deaths);
      expect((await scene.end(job)).state).toBe('completed');
      await scene.restExactly();
      await scene.tomorrow(day);
      expect((await scene.sync(mode)).state).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }

  it(`${row({
    name: 'what is known of a panel’s rows is lost',
    fault: 'fetcher.row_memory is emptied between two days',
    expected: 'all rows are read; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    const kept = () =>
      database.rows(`select 1 from fetcher.row_memory where provider_id = $1`, [scene.provider]);
    expect((await kept()).length).toBeGreaterThan(0);
    await database.rows(`delete from fetcher.row_memory where provider_id = $1`, [scene.provider]);
    await scene.tomorrow();
    expect((await scene.sync('list')).state).toBe('completed');
    await scene.restExactly();
    expect((await kept()).length).toBeGreaterThan(0);
    await scene.close();
  });

  it(`${row({
    name: 'ids of unchanged rows delivered twice',
    fault:
      'all messages of a panel’s changed list are published a second time under no id, in mid-run and after it',
    expected: 'the repeats change nothing; exactly the day’s events; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    await scene.tomorrow();
    const tap = await PageTap.open(rig.natsUrl, scene.provider);
    await rig.arm('fetcher', 'fetcher.page.before-publish=delay:1500@4');
    const job = await scene.start('list');
    await waitFor(() => tap.seen.length >= 3, { timeoutMs: 60_000, what: 'three pages' });
    await tap.repeat();
    expect((await scene.end(job)).state).toBe('completed');
    await tap.repeat();
    await waitFor(async () => (await tap.waiting()) === 0, {
      timeoutMs: 60_000,
      what: 'an empty work queue',
    });
    await scene.restExactly();
    await tap.close();
    await scene.close();
  });
});
