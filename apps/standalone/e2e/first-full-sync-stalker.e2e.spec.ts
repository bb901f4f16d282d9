import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderId } from '@catalogue-sync/contracts';
import { expectAgreement } from './support/oracle.js';
import { FULL_TOTALS, syncInFull } from './support/first-full-sync.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

interface Ledger {
  requests: number;
  requestsByAction: Record<string, number>;
  repeatedPages: number;
}

describe('a first full sync of 83,183 items of a portal', () => {
  let system: System;
  let simulator: Simulator;
  let provider: ProviderId | undefined;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it('brings every item, once', async () => {
    provider = await syncInFull(system, simulator, 'stalker');
    expect((await system.status(provider)).totals).toEqual(FULL_TOTALS);
  });

  it('asks for each page once; the next sync finds 50 new titles with a few requests', async () => {
    if (provider === undefined) throw new Error('the portal was not synced');
    const ledger = () => simulator.control<Ledger>('GET', 'fullstalker/ledger');
    const full = await ledger();
    expect(full.repeatedPages).toBeLessThanOrEqual(4);

    const news = { add: 50, edit: 0, remove: 0, move: 0, kinds: ['movie' as const] };
    const changes = await simulator.tomorrow('fullstalker', news);
    await simulator.control('DELETE', 'fullstalker/ledger');
    const job = await system.sync(provider);
    expect(job).toMatchObject({ state: 'completed', counts: { movie: { added: 50, removed: 0 } } });
    const vod = job.scopes.find(({ scope }) => scope === 'vod');
    expect(vod).toMatchObject({ mode: 'head', outcome: 'complete' });
    const head = await ledger();
    // 20 pages of the list, and 5 probes: its order, and its first page once more.
    expect(head.requestsByAction['stalker vod.get_ordered_list']).toBeLessThanOrEqual(25);
    expect(head.requests).toBeLessThan(full.requests * 0.02);
    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds('fullstalker'));
    expect((after.eventsByType['catalogue.item-added.v1'] ?? []).slice(-50).toSorted()).toEqual(
      changes.added.toSorted(),
    );
  });
});
