import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderId } from '@catalogue-sync/contracts';
import { expectAgreement } from './support/oracle.js';
import { FULL_SIZE, Simulator } from './support/simulator.js';
import { System } from './support/system.js';

interface Ledger {
  requests: number;
  requestsByAction: Record<string, number>;
  repeatedPages: number;
}

describe('a first full sync of 83,183 items', () => {
  let system: System;
  let simulator: Simulator;
  const providers = new Map<string, ProviderId>();
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it.each(['xtream', 'stalker', 'm3u'] as const)(
    'of a %s provider brings every item, once',
    async (protocol) => {
      const connections = await simulator.catalogue(`full${protocol}`, FULL_SIZE);
      const provider = await system.addProvider(`Full ${protocol}`, connections[protocol]);
      providers.set(protocol, provider);
      const job = await system.sync(provider, { timeoutMs: 300_000 });
      expect(job).toMatchObject({ state: 'completed', snapshotVersion: 1, snapshotChanged: true });
      expect(job.counts.movie.added).toBe(FULL_SIZE.movies);
      expect(job.counts.series.added).toBe(FULL_SIZE.series);
      expect(job.counts.channel.added).toBe(FULL_SIZE.channels);

      const atRest = await expectAgreement(system, provider);
      expect(atRest.ids).toEqual(await simulator.expectedIds(`full${protocol}`));
      expect(atRest.eventsByType['catalogue.item-added.v1']).toHaveLength(atRest.ids.length);
      // A playlist lists a channel once per group: one whose groups stand far apart gets its further categories when all were read.
      const updated = atRest.eventsByType['catalogue.item-updated.v1'] ?? [];
      expect(updated.filter((id) => protocol !== 'm3u' || !id.startsWith('channel:'))).toEqual([]);
      expect(new Set(updated).size).toBe(updated.length);
      expect((await system.status(provider)).totals).toEqual({
        movie: FULL_SIZE.movies,
        series: FULL_SIZE.series,
        channel: FULL_SIZE.channels,
      });
    },
  );

  it('asks the portal for each page once; the next sync finds 50 new titles with a few requests', async () => {
    const provider = providers.get('stalker');
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
