import { expect } from '@jest/globals';
import type { Protocol, ProviderId } from '@catalogue-sync/contracts';
import { expectAgreement } from './oracle.js';
import { FULL_SIZE, type Simulator } from './simulator.js';
import type { System } from './system.js';

export const FULL_TOTALS = { movie: FULL_SIZE.movies, series: FULL_SIZE.series, channel: FULL_SIZE.channels };

/** Syncs a catalogue of the headline size for the first time, and expects that every item is there, once, in every view. */
export async function syncInFull(
  system: System,
  simulator: Simulator,
  protocol: Protocol,
): Promise<ProviderId> {
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
  return provider;
}
