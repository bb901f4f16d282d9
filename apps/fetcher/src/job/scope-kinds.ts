import type { ItemKind, Scope, ScopeOutcome } from '@catalogue-sync/contracts';
import { ITEM_KINDS } from '@catalogue-sync/contracts';

/** The kinds of item a scope's listing covers. */
export const KINDS_OF_SCOPE: Record<Scope, readonly ItemKind[]> = {
  live: ['channel'],
  vod: ['movie', 'series'],
  movie: ['movie'],
  series: ['series'],
  playlist: ITEM_KINDS,
};

/** Order in which scopes are fetched: what is small and looked at first comes first. */
const FETCH_ORDER: readonly Scope[] = ['live', 'playlist', 'vod', 'movie', 'series'];

export function inFetchOrder(scopes: readonly Scope[]): Scope[] {
  return [...scopes].sort((a, b) => FETCH_ORDER.indexOf(a) - FETCH_ORDER.indexOf(b));
}

/** Kinds that are in sync after a job: those of which every scope that covers them was read to its end. */
export function syncedKinds(scopes: readonly { scope: Scope; outcome?: ScopeOutcome | null }[]): ItemKind[] {
  return ITEM_KINDS.filter((kind) => {
    const covering = scopes.filter(({ scope }) => KINDS_OF_SCOPE[scope].includes(kind));
    return (
      covering.length > 0 &&
      covering.every(({ outcome }) => outcome === 'complete' || outcome === 'not-modified')
    );
  });
}
