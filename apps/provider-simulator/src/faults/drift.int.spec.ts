import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture } from '../simulator.fixture.js';
import { StalkerBox } from '../stalker/stalker-client.fixture.js';
import type { FaultRequest } from './fault-rule.js';

const PAGE = 'type=vod&action=get_ordered_list&category=*&sortby=added';
const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;

let simulator: SimulatorFixture;
beforeAll(async () => {
  simulator = await SimulatorFixture.start();
});
afterAll(() => simulator.stop());
let box: StalkerBox;
beforeEach(async () => {
  await simulator.control('PUT', 'd', {
    movies: 100,
    series: 0,
    channels: 20,
    vodCategories: 3,
    account: ACCOUNT,
  });
  box = new StalkerBox(simulator, 'd/server/load.php');
  await box.logIn();
});

const when = async (rule: FaultRequest) =>
  expect((await simulator.control('POST', 'd/faults', rule)).status).toBe(201);
const page = async (p: number) =>
  (await box.js<{ data: { id: string }[] }>(`${PAGE}&p=${p}`)).data.map((row) => row.id);
const pages = async (count: number) => {
  const rows: string[] = [];
  for (let p = 1; p <= count; p++) rows.push(...(await page(p)));
  return rows;
};

describe('a catalogue that changes while it is crawled', () => {
  it('shows rows twice when items come in at the top after a page was served', async () => {
    const before = await pages(8);
    await when({
      match: { action: 'get_ordered_list', page: 2 },
      times: 1,
      effect: { type: 'drift', add: 5 },
    });
    const walk = await pages(8);
    expect(walk.slice(0, 28)).toEqual(before.slice(0, 28));
    expect(walk.slice(28, 33)).toEqual(before.slice(23, 28));
    expect(walk).toHaveLength(105);
    expect(new Set(walk)).toEqual(new Set(before));
    expect(await page(1)).not.toEqual(before.slice(0, 14));
  });

  it('skips rows when rows of a page are removed after it was served', async () => {
    const before = await pages(8);
    await when({ match: { page: 3 }, times: 1, effect: { type: 'drift', remove: 4 } });
    const walk = await pages(8);
    expect(walk.slice(0, 42)).toEqual(before.slice(0, 42));
    expect(before.slice(42, 46).some((id) => walk.includes(id))).toBe(false);
    const expected = (await simulator.get('control/catalogues/d/expected?kind=movie')).body;
    expect(expected).toContain(`movie:${before[42]}\n`);
    expect(expected).not.toContain(`movie:${before[28]}\n`);
  });

  it('goes on changing with each page, and is no longer changed once the rule is cleared', async () => {
    await when({ match: { action: 'get_ordered_list' }, effect: { type: 'drift', add: 1 } });
    await pages(8);
    expect((await simulator.control<{ version: number }>('GET', 'd')).body.version).toBe(8);
    await simulator.control('DELETE', 'd/faults');
    await pages(2);
    expect((await simulator.control<{ version: number }>('GET', 'd')).body.version).toBe(8);
  });

  it('changes after a list that is no page, once it was sent', async () => {
    const list = () =>
      simulator.getJson<{ stream_id: number | string }[]>(`d/player_api.php?${LOGIN}&action=get_vod_streams`);
    await when({ times: 1, effect: { type: 'drift', remove: 30, kinds: ['movie'] } });
    expect([(await list()).length, (await list()).length]).toEqual([100, 70]);
  });

  it('becomes another portal in the middle', async () => {
    await when({
      match: { page: 3 },
      times: 1,
      effect: { type: 'quirks', set: { listing: { pageSize: 5 }, rows: { types: 'numbers' } } },
    });
    expect([(await page(2)).length, (await page(3)).length, (await page(4)).length]).toEqual([14, 5, 5]);
    expect(typeof (await page(4))[0]).toBe('number');
  });

  it('fails at one category only', async () => {
    const [, first, second] = await box.js<{ id: string }[]>('type=vod&action=get_categories');
    await when({ match: { category: first?.id ?? '' }, effect: { type: 'status', code: 500 } });
    const of = (id = '') => box.call(`type=vod&action=get_ordered_list&category=${id}&p=1`);
    expect([(await of(first?.id)).status, (await of(second?.id)).status]).toEqual([500, 200]);
    const [category] = await simulator.getJson<{ category_id: string }[]>(
      `d/player_api.php?${LOGIN}&action=get_series_categories`,
    );
    await when({ match: { category: category?.category_id ?? '' }, effect: { type: 'empty-list' } });
    const path = `d/player_api.php?${LOGIN}&action=get_live_streams&category_id=${category?.category_id}`;
    expect((await simulator.get(path)).body).toBe('[]');
  });
});
