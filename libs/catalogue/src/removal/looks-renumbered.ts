import { REMOVAL_GUARD } from './guard.js';

/** Rows of a run that are looked at before anything is emitted. */
export const RENUMBERING_SAMPLE = 1_000;

/**
 * Whether a later full or list run looks as if the provider had given its items new ids (a migrated panel, a restored backup): of its
 * first 1,000 rows more than half are unknown. Never for a first sync, nor where 50 items or fewer are known or unknown: there growth is
 * the likelier story, and the guard on removals would let that many go anyway (DESIGN section 5, PROVIDERS D.1).
 *
 * Where the size of the listing is known, rows that its growth accounts for are not held against it: a provider that adds 600 titles at
 * the top of a newest-first list has not renumbered anything, because the list has become longer by as many.
 *
 * @param sample rows of the run's first 1,000, by whether their item is known
 * @param knownTotal live items of the scope before the run
 * @param listedRows rows that the scope lists now, where that is known
 */
export function looksRenumbered(
  sample: { known: number; unknown: number },
  knownTotal: number,
  listedRows?: number,
): boolean {
  const growth = listedRows === undefined ? 0 : Math.max(0, listedRows - knownTotal);
  const unexplained = sample.unknown - growth;
  const enough = REMOVAL_GUARD.unsuspiciousCount;
  return knownTotal > enough && unexplained > enough && unexplained > sample.known;
}
