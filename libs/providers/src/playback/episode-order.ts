import type { Episode } from '@catalogue-sync/contracts';

/** More episodes than any series has; what a broken provider lists beyond is left out. */
export const MAX_EPISODES = 10_000;

/** By season and number; specials, season 0, come last, as players show them. */
export function inWatchingOrder<E extends Episode>(episodes: readonly E[]): E[] {
  const rank = ({ season }: Episode) => (season === 0 ? Infinity : season);
  return [...episodes].sort(
    (a, b) => compare(rank(a), rank(b)) || compare(a.number, b.number) || (a.id < b.id ? -1 : 1),
  );
}

/** Not by difference: of two infinities that is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
