import type { Protocol, Scope, SyncMode } from '@catalogue-sync/contracts';
import type { RememberedScope } from './scope-memory.store.js';

const HOUR_MS = 3600_000;
/** A full run that is wanted early comes no sooner than this after the last one, ms. */
export const EARLY_FULL_AFTER_MS = 6 * HOUR_MS;

export interface ModeQuestion {
  protocol: Protocol;
  scope: Scope;
  requested: SyncMode | 'auto';
  resetRequested: boolean;
  /** What the scope's runs left behind. */
  remembered: RememberedScope;
  /** The provider's setting. */
  fullEveryHours: number;
  /** ms since 1970. */
  now: number;
}

export interface ModeChoice {
  mode: SyncMode;
  /** Why, in words. */
  reason: string;
}

/** Picks how a scope is fetched, and says why (DESIGN section 4). */
export function selectMode(question: ModeQuestion): ModeChoice {
  const { remembered, requested } = question;
  if (question.resetRequested) return full('the provider was reset');
  if (requested === 'full') return full('asked for');
  if (remembered.fullAt === undefined) return full('never read completely before');
  const age = question.now - remembered.fullAt.getTime();
  if (age >= question.fullEveryHours * HOUR_MS) {
    return full(`the last full read is older than ${inWords(question.fullEveryHours)}`);
  }
  if (remembered.fullWanted !== undefined && age >= EARLY_FULL_AFTER_MS) return full(remembered.fullWanted);
  return question.protocol === 'stalker' ? ofPortal(question) : ofList(question);
}

function ofPortal({ scope, requested, remembered }: ModeQuestion): ModeChoice {
  if (scope === 'live') {
    return { mode: 'list', reason: requested === 'list' ? 'asked for' : 'the channels come in one answer' };
  }
  if (requested === 'list') return full('a portal has no list that comes as a whole');
  if (remembered.memory?.frontier === undefined) {
    return full('no entry date is known from which newer rows could be told');
  }
  return {
    mode: 'head',
    reason: requested === 'head' ? 'asked for' : 'the regular sync of a portal: its newest pages',
  };
}

function ofList({ requested }: ModeQuestion): ModeChoice {
  if (requested === 'list') return { mode: 'list', reason: 'asked for' };
  if (requested === 'head') {
    return { mode: 'list', reason: 'this protocol has no newest-first pages, its list comes as a whole' };
  }
  return { mode: 'list', reason: 'the regular sync of a provider whose list comes as a whole' };
}

function full(reason: string): ModeChoice {
  return { mode: 'full', reason };
}

function inWords(hours: number): string {
  if (hours % 24 !== 0) return hours === 1 ? '1 hour' : `${hours} hours`;
  return hours === 24 ? '1 day' : `${hours / 24} days`;
}
