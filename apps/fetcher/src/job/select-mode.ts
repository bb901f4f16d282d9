import type { Protocol, SyncMode } from '@catalogue-sync/contracts';

/** After this long a scope is read in full again, ms: the regular syncs may have missed something. */
export const FULL_EVERY_MS = 7 * 24 * 3600 * 1000;

export interface ModeQuestion {
  protocol: Protocol;
  requested: SyncMode | 'auto';
  resetRequested: boolean;
  /** Milliseconds since the scope was last read completely in mode full; undefined when it never was. */
  sinceLastFullMs: number | undefined;
}

export interface ModeChoice {
  mode: SyncMode;
  /** Why, in words. */
  reason: string;
}

/** Picks how a scope is fetched, and says why. */
export function selectMode(question: ModeQuestion): ModeChoice {
  if (question.resetRequested) return { mode: 'full', reason: 'the provider was reset' };
  if (question.requested === 'full') return { mode: 'full', reason: 'asked for' };
  if (question.sinceLastFullMs === undefined) return { mode: 'full', reason: 'never read completely before' };
  if (question.sinceLastFullMs >= FULL_EVERY_MS) {
    return { mode: 'full', reason: 'the last full read is older than 7 days' };
  }
  if (question.protocol === 'stalker') {
    return { mode: 'full', reason: 'a portal is read page by page to its end' };
  }
  if (question.requested === 'list') return { mode: 'list', reason: 'asked for' };
  if (question.requested === 'head') {
    return { mode: 'list', reason: 'this protocol has no newest-first pages, its list comes as a whole' };
  }
  return { mode: 'list', reason: 'the regular sync of a provider whose list comes as a whole' };
}
