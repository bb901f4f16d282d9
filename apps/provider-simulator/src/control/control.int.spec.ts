import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LedgerReport } from '../ledger/ledger.js';
import { SimulatorFixture } from '../simulator.fixture.js';
import { StalkerBox } from '../stalker/stalker-client.fixture.js';
import type { CatalogueView } from './catalogue-view.js';

let simulator: SimulatorFixture;
beforeEach(async () => {
  simulator = await SimulatorFixture.start();
});
afterEach(() => simulator.stop());

const put = (name: string, body: object) => simulator.control<CatalogueView>('PUT', name, body);

describe('the control API', () => {
  it('makes the demo sizes by default', async () => {
    const { body } = await put('demo', { seed: 3 });
    expect(body.totals).toMatchObject({ movies: 75_000, series: 8183, channels: 3000 });
    expect([body.stalkerPages, body.categories.vod, body.version]).toEqual([5942, 63, 0]);
    expect(body.urls.stalker).toBe(`${simulator.url}/demo/c/`);
    expect((await simulator.control('GET', 'demo')).body).toEqual(body);
  });

  it('replaces and removes', async () => {
    await put('one', { movies: 10, channels: 0 });
    await simulator.control('POST', 'one/tomorrow', { add: 3 });
    expect((await put('one', { movies: 10, channels: 0 })).body.version).toBe(0);
    expect((await simulator.control('DELETE', 'one')).status).toBe(204);
    expect((await simulator.control('GET', 'one')).status).toBe(404);
    expect((await simulator.get('one/c/')).status).toBe(404);
  });

  it.each([
    ['PUT', 'a', { movies: -1 }],
    ['PUT', 'a', { movies: 5, colour: 'red' }],
    ['PUT', 'a', { account: { mac: 'nonsense' } }],
    ['PUT', 'control', {}],
    ['PUT', 'c', {}],
    ['PUT', 'a%2Fb', {}],
    ['POST', 'known/tomorrow', { add: 1.5 }],
    ['POST', 'known/tomorrow', { kinds: ['radio'] }],
    ['POST', 'known/tomorrow', { remove: 1000 }],
    ['POST', 'known/faults', { effect: { type: 'status' } }],
    ['POST', 'known/faults', { effect: { type: 'cut' } }],
    ['POST', 'known/faults', { effect: { type: 'explode' } }],
    ['POST', 'known/faults', {}],
  ])('refuses %s %s %j', async (method, path, body) => {
    await put('known', { movies: 10, series: 2, channels: 5 });
    expect((await simulator.control(method, path, body)).status).toBe(400);
  });

  it('lets a day pass and tells what it changed', async () => {
    await put('days', { movies: 100, series: 20, channels: 30 });
    const before = (await simulator.get('control/catalogues/days/expected')).body.trim().split('\n');
    const { body } = await simulator.control<{ version: number; changes: Record<string, string[]> }>(
      'POST',
      'days/tomorrow',
      { add: 6, edit: 5, remove: 4, move: 3 },
    );
    const after = (await simulator.get('control/catalogues/days/expected')).body.trim().split('\n');
    expect(body.version).toBe(1);
    expect(after.filter((id) => !before.includes(id)).toSorted()).toEqual(body.changes.added?.toSorted());
    expect(before.filter((id) => !after.includes(id)).toSorted()).toEqual(body.changes.removed?.toSorted());
    expect([body.changes.edited?.length, body.changes.moved?.length]).toEqual([5, 3]);
  });

  it('counts what clients do', async () => {
    await put('seen', { movies: 50, series: 0, channels: 0, account: { mac: '00:1a:79:00:00:01' } });
    const box = new StalkerBox(simulator, 'seen/server/load.php', '00:1A:79:00:00:01');
    await box.logIn();
    for (const p of [1, 2, 2]) await box.call(`type=vod&action=get_ordered_list&sortby=added&p=${p}`);
    const ledger = async () => (await simulator.control<LedgerReport>('GET', 'seen/ledger')).body;
    while ((await ledger()).parallelNow > 0) await new Promise((resolve) => setImmediate(resolve));
    const report = await ledger();
    expect(report).toMatchObject({ requests: 5, handshakes: 1, repeatedPages: 1, parallelPeak: 1 });
    expect(report.requestsByAction['stalker vod.get_ordered_list']).toBe(3);
    expect(report.bytes).toBeGreaterThan(14 * 900);
    await simulator.control('DELETE', 'seen/ledger');
    expect((await ledger()).requests).toBe(0);
  });

  it('waits before every answer as long as it was told', async () => {
    await put('slow', { movies: 5, channels: 0, latencyMs: 80 });
    const start = performance.now();
    await simulator.get('slow/c/');
    expect(performance.now() - start).toBeGreaterThan(79);
  });
});
