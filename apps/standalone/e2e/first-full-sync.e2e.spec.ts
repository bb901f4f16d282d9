import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAgreement } from './support/oracle.js';
import { FULL_SIZE, Simulator } from './support/simulator.js';
import { System } from './support/system.js';

describe('a first full sync of 83,183 items', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.start(), Simulator.start()]);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it.each(['xtream', 'stalker', 'm3u'] as const)(
    'of a %s provider brings every item, once',
    async (protocol) => {
      const connections = await simulator.catalogue(`full${protocol}`, FULL_SIZE);
      const provider = await system.addProvider(`Full ${protocol}`, connections[protocol]);
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
    400_000,
  );

  it('asks the portal for each page once', async () => {
    const ledger = await simulator.control<{ repeatedPages: number }>('GET', 'fullstalker/ledger');
    expect(ledger.repeatedPages).toBeLessThanOrEqual(4);
  });
});
