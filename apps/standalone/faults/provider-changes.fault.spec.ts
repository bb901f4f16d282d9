import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AtRest } from '../e2e/support/oracle.js';
import { heldKinds } from './support/database-session.js';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig } from './support/rig.js';
import { Scene, type Protocol } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

const SIZE = { movies: 700, series: 120, channels: 90 } as const;
const NOTHING = { add: 0, edit: 0, remove: 0, move: 0 } as const;
const REMOVED = 'catalogue.item-removed.v1';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
}, 120_000);
afterAll(() => rig?.stop(), 60_000);

const countOf = ({ eventsByType }: AtRest, change: 'added' | 'updated' | 'removed'): number =>
  (eventsByType[`catalogue.item-${change}.v1`] ?? []).length;

/** Item events of each sort between two rests. */
function between(before: AtRest, after: AtRest): { added: number; updated: number; removed: number } {
  return {
    added: countOf(after, 'added') - countOf(before, 'added'),
    updated: countOf(after, 'updated') - countOf(before, 'updated'),
    removed: countOf(after, 'removed') - countOf(before, 'removed'),
  };
}

describe('a provider that changes under the walk', () => {
  const row = faultTable('a provider that changes under the walk');

  for (const { name, fault, effect, page } of [
    {
      name: 'items are added while page 1 is read',
      fault: '20 new items on top of the list when page 1 was served',
      effect: { type: 'drift', add: 20 },
      page: 1,
    },
    {
      name: 'items are added in the middle of the walk',
      fault: '20 new items on top of the list when page 20 was served',
      effect: { type: 'drift', add: 20 },
      page: 20,
    },
    {
      name: 'items are deleted while page 1 is read',
      fault: '9 rows of page 1 are deleted when it was served: others slip over the borders of pages',
      effect: { type: 'drift', remove: 9 },
      page: 1,
    },
    {
      name: 'items are deleted in the middle of the walk',
      fault: '9 rows of page 20 are deleted when it was served: others slip over the borders of pages',
      effect: { type: 'drift', remove: 9 },
      page: 20,
    },
  ]) {
    it.concurrent(`${row({
      name,
      fault,
      expected:
        'nothing is removed that is still listed; a sync that is left alone ends with exactly what is listed; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, 'stalker', { ...SIZE, profile: 'panel' });
      await scene.firstSync();
      await scene.providerFault({
        match: { action: 'vod.get_ordered_list', page },
        times: 1,
        effect: { ...effect, kinds: ['movie'] },
      });
      await scene.sync();
      expect(await scene.providerFaultHits()).toBe(1);
      await scene.rest();
      await scene.clearProviderFaults();
      expect((await scene.sync('full')).state).toBe('completed');
      expect((await scene.rest()).ids).toEqual(await scene.liveIds());
      await scene.close();
    });
  }
});

describe('a provider that is another one', () => {
  const row = faultTable('a provider that is another one');

  for (const protocol of ['xtream', 'stalker', 'm3u'] as const) {
    it.concurrent(`${row({
      name: `half of a catalogue is not listed for a day (${protocol})`,
      fault: 'the lists show 50 % of the items in one sync, and all again in the next',
      expected:
        'the removal is held, nothing is removed; the next sync brings not one item event; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, protocol, SIZE);
      await scene.firstSync();
      const before = await scene.rest();
      await scene.providerIs({ listed: { percent: 50, kinds: ['movie'] } });
      await scene.sync('full');
      expect(await heldKinds(rig.postgresUrl, scene.provider)).toEqual(['movie']);
      expect((await scene.rest()).ids).toEqual(before.ids);
      await scene.providerIs({ listed: null });
      expect((await scene.sync('full')).state).toBe('completed');
      expect(between(before, await scene.rest())).toEqual({ added: 0, updated: 0, removed: 0 });
      await scene.close();
    });
  }

  it.concurrent(`${row({
    name: 'a tenth of a catalogue is not listed for a day',
    fault:
      'the lists show 90 % of the items in one sync, and all again in the next; two absences are asked for',
    expected: 'nothing is held and nothing is removed; not one item event; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream', SIZE, { removalConfirmations: 2 });
    await scene.firstSync();
    const before = await scene.rest();
    await scene.providerIs({ listed: { percent: 90 } });
    expect((await scene.sync('full')).state).toBe('completed');
    await scene.providerIs({ listed: null });
    expect((await scene.sync('full')).state).toBe('completed');
    expect(between(before, await scene.rest())).toEqual({ added: 0, updated: 0, removed: 0 });
    await scene.close();
  });

  for (const protocol of ['xtream', 'stalker'] satisfies Protocol[]) {
    it.concurrent(`${row({
      name: `all ids are new (${protocol})`,
      fault: 'every item gets another id and stays what it is',
      expected:
        'the run stops before it emits anything: suspected renumbering; the old items stay; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, protocol, SIZE);
      await scene.firstSync();
      const before = await scene.rest();
      await scene.change({ ...NOTHING, renumber: true });
      const job = await scene.sync('full');
      expect(job.state).not.toBe('completed');
      expect(job.reason).toMatch(/renumber/);
      const after = await scene.rest();
      expect(between(before, after)).toEqual({ added: 0, updated: 0, removed: 0 });
      expect(after.ids).toEqual(before.ids);
      await scene.close();
    });
  }

  it.concurrent(`${row({
    name: 'ids are given to other items',
    fault: '12 ids show other content',
    expected: 'exactly 12 items are updated, none is added or removed; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream', SIZE);
    await scene.firstSync();
    const before = await scene.rest();
    await scene.change({ ...NOTHING, reuse: 12 });
    expect((await scene.sync()).state).toBe('completed');
    const after = await scene.rest();
    expect(between(before, after)).toEqual({ added: 0, updated: 12, removed: 0 });
    expect(after.ids).toEqual(await scene.liveIds());
    await scene.close();
  });

  it.concurrent(`${row({
    name: 'movies become series',
    fault: '8 movies go on as series under the same id',
    expected: 'exactly 8 items are added and 8 removed; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'stalker', { ...SIZE, profile: 'genuine' });
    await scene.firstSync();
    const before = await scene.rest();
    await scene.change({ ...NOTHING, retype: 8 });
    expect((await scene.sync('full')).state).toBe('completed');
    const after = await scene.rest();
    expect(between(before, after)).toEqual({ added: 8, updated: 0, removed: 8 });
    expect(after.ids).toEqual(await scene.liveIds());
    await scene.close();
  });
});

describe('odd rows', () => {
  const row = faultTable('odd rows');

  for (const protocol of ['xtream', 'stalker'] satisfies Protocol[]) {
    it.concurrent(`${row({
      name: `values change their types, members their order, counters their values (${protocol})`,
      fault:
        'numbers are strings with every second request, members shuffled, volatile members counted up; nothing else changes',
      expected: 'not one item event; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, protocol, SIZE);
      await scene.firstSync();
      const before = await scene.rest();
      await scene.providerIs({ rows: { types: 'flip', shuffleMembers: true, volatile: true } });
      for (let day = 1; day <= 2; day += 1) expect((await scene.sync('full')).state).toBe('completed');
      expect(between(before, await scene.rest())).toEqual({ added: 0, updated: 0, removed: 0 });
      await scene.close();
    });
  }

  it.concurrent(`${row({
    name: 'rows without a readable id',
    fault: 'every 60th row has lost its id, in one sync',
    expected: 'the rows are set aside, their items stay, and nothing at all is removed; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream', SIZE);
    await scene.firstSync();
    await scene.tomorrow({ add: 0, edit: 0, move: 0, remove: 3, kinds: ['movie'] });
    await scene.providerIs({ rows: { bad: { every: 60, form: 'no-id' } } });
    await scene.sync('full');
    expect((await scene.rest()).eventsByType[REMOVED] ?? []).toEqual([]);
    await scene.providerIs({ rows: null });
    expect((await scene.sync('full')).state).toBe('completed');
    await scene.restExactly();
    await scene.close();
  });

  for (const form of ['equal', 'different', 'quoted'] as const) {
    it.concurrent(`${row({
      name: `items listed twice (${form})`,
      fault: `every 40th item stands in the list twice: the second row ${form}`,
      expected: 'no item is added or removed, and none is updated again in the next sync; the oracle',
    })}`, async () => {
      const scene = await Scene.open(rig, 'xtream', SIZE);
      await scene.providerIs({ rows: { duplicates: { every: 40, form } } });
      await scene.firstSync();
      const before = await scene.rest();
      expect(before.ids).toEqual(await scene.liveIds());
      expect((await scene.sync('full')).state).toBe('completed');
      expect(between(before, await scene.rest())).toEqual({ added: 0, updated: 0, removed: 0 });
      await scene.close();
    });
  }

  it.concurrent(`${row({
    name: 'texts and dates that break readers',
    fault: 'lone surrogates, NUL, markup, 64 KiB texts, impossible dates in every 20th row',
    expected: 'nothing parks, the job completes, and a second sync brings not one item event; the oracle',
  })}`, async () => {
    const scene = await Scene.open(rig, 'xtream', SIZE);
    await scene.providerIs({
      rows: { texts: { every: 20, form: 'mixed' }, dates: { every: 20, form: 'mixed' } },
    });
    await scene.firstSync();
    const before = await scene.rest();
    expect((await scene.sync('full')).state).toBe('completed');
    expect(between(before, await scene.rest())).toEqual({ added: 0, updated: 0, removed: 0 });
    await scene.close();
  });
});
