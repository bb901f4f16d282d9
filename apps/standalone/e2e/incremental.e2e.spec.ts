import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HeldRemoval } from '@catalogue-sync/contracts';
import { expectAgreement } from './support/oracle.js';
import { FULL_SIZE, Simulator } from './support/simulator.js';
import { System } from './support/system.js';

interface Ledger {
  requests: number;
  requestsByAction: Record<string, number>;
}

const ITEMS = { movies: 2000, series: 200, channels: 100 } as const;

describe('incremental syncs', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.start(), Simulator.start()]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  /** What the provider was asked while `work` ran. */
  async function asked(name: string, work: () => Promise<unknown>): Promise<Ledger> {
    await simulator.control('DELETE', `${name}/ledger`);
    await work();
    return simulator.control<Ledger>('GET', `${name}/ledger`);
  }

  it('finds 50 new titles among 83,183 of a portal with a few requests', async () => {
    const connections = await simulator.catalogue('head', { ...FULL_SIZE, profile: 'genuine' });
    const provider = await system.addProvider('head', connections.stalker);
    const full = await asked('head', () => system.sync(provider, { timeoutMs: 300_000 }));
    const changes = await simulator.tomorrow('head', {
      add: 50,
      edit: 0,
      remove: 0,
      move: 0,
      kinds: ['movie'],
    });
    const head = await asked('head', async () => {
      const job = await system.sync(provider);
      expect(job).toMatchObject({ state: 'completed', counts: { movie: { added: 50, removed: 0 } } });
      expect(job.scopes.find(({ scope }) => scope === 'vod')).toMatchObject({
        mode: 'head',
        outcome: 'complete',
      });
    });
    // 20 pages of the list, and 5 probes: the order of the list, the head of the list once more.
    expect(head.requestsByAction['stalker vod.get_ordered_list']).toBeLessThanOrEqual(25);
    expect(head.requests).toBeLessThan(full.requests * 0.02);
    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds('head'));
    expect((after.eventsByType['catalogue.item-added.v1'] ?? []).slice(-50).sort()).toEqual(
      [...changes.added].sort(),
    );
  }, 400_000);

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
  }, 120_000);

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
    const after = await expectAgreement(system, provider);
    expect(after.ids).toEqual(await simulator.expectedIds('mass'));
    expect((await system.snapshots(provider))[0]).toMatchObject({ version: 3 });
    expect((await system.status(provider)).totals.movie).toBe(2000 + 5 - 900);
    expect((await system.call('POST', `${path}/${digest}/reject`)).status).toBe(409);
  }, 120_000);
});
