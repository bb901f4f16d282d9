import { REMOVAL_GUARD } from './guard.js';

/** Rows of a run that are looked at before anything is emitted. */
export const RENUMBERING_SAMPLE = 1_000;

/**
 * Whether a later full or list run looks as if the provider had given its items new ids (a migrated panel, a restored backup): of its
 * first 1,000 rows more than half are unknown. Never for a first sync, nor where 50 items or fewer are known or unknown: there growth is
 * the likelier story, and the guard on removals would let that many go anyway (DESIGN section 5, PROVIDERS D.1).
 *
 * @param sample rows of the run's first 1,000, by whether their item is known
 * @param knownTotal live items of the scope before the run
 */
export function looksRenumbered(sample: { known: number; unknown: number }, knownTotal: number): boolean {
  const enough = REMOVAL_GUARD.unsuspiciousCount;
  return knownTotal > enough && sample.unknown > enough && sample.unknown > sample.known;
}
