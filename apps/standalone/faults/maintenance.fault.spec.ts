import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Rebuild } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { DatabaseSession } from './support/database-session.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig } from './support/rig.js';
import { Scene } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

const row = faultTable('maintenance');

describe('maintenance', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);

  it(`${row({
    name: 'snapshot killed in the transaction that ends a rebuild',
    fault: 'snapshot.rebuild.before-commit, and a sync while the rebuild is dead',
    expected:
      'the rebuild is told of as failed; the catalogue is served as it was, and synced; a second rebuild finds it equal; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    await scene.firstSync();
    const path = `/api/providers/${scene.provider}/rebuild`;
    const read = async () => (await rig.system.call<{ rebuild?: Rebuild }>('GET', path)).body.rebuild;
    const deaths = rig.happenings.deathsOf('snapshot') + 1;
    const restarts = rig.happenings.restartsOf('snapshot') + 1;
    await rig.arm('snapshot', 'snapshot.rebuild.before-commit=kill');
    expect((await rig.system.call('POST', path)).status).toBe(202);
    await rig.happenings.diedTimes('snapshot', deaths);
    await rig.happenings.restartedTimes('snapshot', restarts);
    await waitFor(async () => (await read())?.state === 'failed', {
      timeoutMs: 60_000,
      what: 'the rebuild to be told of as failed',
    });
    await scene.rest();
    await scene.tomorrow();
    expect((await scene.sync()).state).toBe('completed');
    await scene.restExactly();
    await waitFor(async () => (await rig.system.call('POST', path)).status === 202, {
      timeoutMs: 60_000,
      what: 'a second rebuild to start',
    });
    const second = await waitFor(
      async () => {
        const rebuild = await read();
        return rebuild?.state === 'running' ? undefined : rebuild;
      },
      { timeoutMs: 60_000, what: 'the end of the second rebuild' },
    );
    expect(second).toMatchObject({ state: 'done', report: { equal: true } });
    await scene.restExactly();
    await scene.close();
  });
});

// Logs that are trimmed: the oracle that reads them from their start does not fit.
describe('maintenance', () => {
  let rig: Rig;
  let database: DatabaseSession;
  beforeAll(async () => {
    rig = await Rig.start({ env: { LOG_KEEP_DAYS: '0', LOG_TRIM_EVERY_MS: '1000' } });
    database = await DatabaseSession.open(rig.postgresUrl);
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await rig?.stop();
  });

  it(`${row({
    name: 'reconciler killed in the transaction that trims a log',
    fault: 'reconciler.trim.before-commit, with logs kept for no longer than the oldest kept version',
    expected:
      'the log is trimmed after the restart; the fold of what is left is the whole state, and stays so through the next day',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream');
    const deaths = rig.happenings.deathsOf('reconciler') + 1;
    const restarts = rig.happenings.restartsOf('reconciler') + 1;
    await rig.arm('reconciler', 'reconciler.trim.before-commit=kill');
    // Only behind the oldest of five versions anything may go.
    for (let day = 0; day < 7 && rig.happenings.deathsOf('reconciler') < deaths; day++) {
      if (day > 0) await scene.tomorrow();
      expect((await scene.sync()).state).toBe('completed');
    }
    await rig.happenings.diedTimes('reconciler', deaths);
    await rig.happenings.restartedTimes('reconciler', restarts);
    const trimmedTo = async () =>
      Number(
        (
          await database.rows<{ trimmed_to: string }>(
            `select trimmed_to from catalogue.stream_head where provider_id = $1`,
            [scene.provider],
          )
        )[0]?.trimmed_to,
      );
    await waitFor(async () => (await trimmedTo()) > 0, {
      timeoutMs: 60_000,
      what: 'the log to be trimmed',
    });
    await expectFoldOfWhatIsLeft(scene);
    await scene.tomorrow();
    expect((await scene.sync()).state).toBe('completed');
    await expectFoldOfWhatIsLeft(scene);
    await scene.close();
  });

  /** fold(what is left of the log) = item_state = projected_item = what the provider lists. */
  async function expectFoldOfWhatIsLeft(scene: Scene): Promise<void> {
    const ids = async (query: string) =>
      (await database.rows<{ id: string }>(query, [scene.provider])).map(({ id }) => id).toSorted();
    const wanted = (await scene.liveIds()).toSorted();
    const folded = `
        select id from (
          select distinct on (subject) subject as id, type from catalogue.event
           where provider_id = $1 and kind is not null order by subject, seq desc) last
         where type <> 'catalogue.item-removed.v1'`;
    expect(await ids(folded)).toEqual(wanted);
    expect(await ids(`select item_id as id from catalogue.item_state where provider_id = $1`)).toEqual(
      wanted,
    );
    expect(await ids(`select item_id as id from snapshot.projected_item where provider_id = $1`)).toEqual(
      wanted,
    );
  }
});
