import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAgreement, type AtRest } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const ITEMS = { movies: 3000, series: 400, channels: 300 } as const;
const TOMORROW = { add: 20, edit: 15, remove: 10, move: 12 } as const;

describe('tomorrow, with known changes', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  const since = (before: AtRest, after: AtRest, type: string): string[] =>
    (after.eventsByType[type] ?? []).slice((before.eventsByType[type] ?? []).length).sort();

  it.each([
    ['xtream', 'panel'],
    ['stalker', 'genuine'],
    ['stalker', 'panel'],
    ['m3u', 'panel'],
  ] as const)('gives exactly those events on %s (%s), no more and no fewer', async (protocol, profile) => {
    const name = `tomorrow${protocol}${profile}`;
    const connections = await simulator.catalogue(name, { ...ITEMS, profile });
    const provider = await system.addProvider(name, connections[protocol]);
    await system.sync(provider);
    const before = await expectAgreement(system, provider);

    // The newest pages of a portal tell of additions only; all of them tell of everything.
    const mode = protocol === 'stalker' ? 'full' : 'auto';
    const unchanged = await system.sync(provider, { mode });
    expect(unchanged).toMatchObject({ state: 'completed', snapshotVersion: 1, snapshotChanged: false });

    const changes = await simulator.tomorrow(name, TOMORROW);
    const job = await system.sync(provider, { mode });
    expect(job).toMatchObject({ state: 'completed', snapshotVersion: 2, snapshotChanged: true });

    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds(name));
    expect(since(before, after, 'catalogue.item-added.v1')).toEqual([...changes.added].sort());
    expect(since(before, after, 'catalogue.item-removed.v1')).toEqual([...changes.removed].sort());
    expect(since(before, after, 'catalogue.item-updated.v1')).toEqual(
      [...changes.edited, ...changes.moved].sort(),
    );
  });

  it('waits for a second complete run before it removes, where the provider is not to be believed at once', async () => {
    const connections = await simulator.catalogue('confirmed', ITEMS);
    const provider = await system.addProvider('confirmed', connections.xtream, { removalConfirmations: 2 });
    await system.sync(provider);
    const changes = await simulator.tomorrow('confirmed', { add: 0, edit: 0, remove: 8, move: 0 });

    const first = await system.sync(provider);
    expect(first.counts.movie.removed + first.counts.series.removed + first.counts.channel.removed).toBe(0);
    await system.sync(provider);
    const after = await expectAgreement(system, provider);
    expect((after.eventsByType['catalogue.item-removed.v1'] ?? []).sort()).toEqual(
      [...changes.removed].sort(),
    );
  });
});
