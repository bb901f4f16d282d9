import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HeldRemoval } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { expectAgreement } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const ITEMS = { movies: 2000, series: 200, channels: 100 } as const;

describe('incremental syncs', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it('skips a list that is the same as last time, and says so', async () => {
    for (const protocol of ['xtream', 'm3u'] as const) {
      const connections = await simulator.catalogue(`same${protocol}`, ITEMS);
      const provider = await system.addProvider(`same${protocol}`, connections[protocol]);
      await system.sync(provider);
      const before = await expectAgreement(system, provider);
      const job = await system.sync(provider);
      expect(job).toMatchObject({ state: 'completed', snapshotVersion: 1, snapshotChanged: false });
      expect(new Set(job.scopes.map(({ outcome }) => outcome))).toEqual(new Set(['not-modified']));
      // The log grew by the ends of the scopes and of the job alone.
      const after = await expectAgreement(system, provider);
      expect(after.lastSeq - before.lastSeq).toBe(job.scopes.length + 1);
    }
  });

  it('holds a mass removal until an operator approves it, and then removes it at once', async () => {
    const connections = await simulator.catalogue('mass', ITEMS);
    const provider = await system.addProvider('mass', connections.xtream);
    await system.sync(provider);
    await simulator.tomorrow('mass', { add: 5, edit: 0, remove: 900, move: 0, kinds: ['movie'] });
    const job = await system.sync(provider);
    expect(job.counts.movie).toMatchObject({ added: 5, removed: 0 });
    const path = `/api/providers/${provider}/removals`;
    const { body } = await system.call<{ removals: HeldRemoval[] }>('GET', `${path}?state=held`);
    expect(body.removals).toMatchObject([{ kind: 'movie', cause: 'share', count: 900, stillAbsent: 900 }]);

    const digest = body.removals[0]?.digest ?? '';
    const approved = await system.call<{ removed: number }>('POST', `${path}/${digest}/approve`);
    expect(approved).toMatchObject({ status: 200, body: { removed: 900 } });
    // What an approval removes is folded and sealed a moment after its answer.
    await waitFor(async () => (await system.snapshots(provider))[0]?.version === 3, {
      what: 'the version without what was removed',
    });
    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds('mass'));
    expect((await system.status(provider)).totals.movie).toBe(2000 + 5 - 900);
    expect((await system.call('POST', `${path}/${digest}/reject`)).status).toBe(409);
  });

  it('asks for an operator’s word by the provider’s own share, from the next sync on', async () => {
    const connections = await simulator.catalogue('share', ITEMS);
    const provider = await system.addProvider('share', connections.xtream, { removalGuardPercent: 10 });
    await system.sync(provider);
    const tomorrow = { add: 0, edit: 0, remove: 300, move: 0, kinds: ['movie' as const] };
    await simulator.tomorrow('share', tomorrow);
    expect((await system.sync(provider)).counts.movie).toMatchObject({ removed: 0 });
    const settings = { removalGuardPercent: 50, removalGuardWeekPercent: 50 };
    await system.call('PATCH', `/api/providers/${provider}`, { settings });
    expect((await system.sync(provider)).counts.movie).toMatchObject({ removed: 300 });
    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds('share'));
  });
});
