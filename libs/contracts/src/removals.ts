import type { HoldCause } from './facts.js';
import type { JobId } from './ids.js';
import type { ItemKind } from './item.js';
import type { Scope } from './scope.js';

export const REMOVAL_STATES = ['held', 'approved', 'rejected', 'superseded', 'lapsed'] as const;
/**
 * `held` waits for a decision; `superseded`: a newer set of the same scope and kind took its place; `lapsed`: a later complete run had nothing to
 * hold any more.
 */
export type RemovalState = (typeof REMOVAL_STATES)[number];

/** A removal that is held back until an operator decides. */
export interface HeldRemoval {
  digest: string;
  scope: Scope;
  kind: ItemKind | 'category';
  cause: HoldCause;
  state: RemovalState;
  /** Items or categories in the set; with a suspected renumbering, what the scope lists. */
  count: number;
  /** Those of them that are still absent, and that an approval would remove. */
  stillAbsent: number;
  /** In words, with figures. */
  reason: string;
  jobId: JobId;
  createdAt: string;
  decidedAt?: string;
  decidedBy?: string;
}

/** One of a held set; the name is the one of its last event. */
export interface HeldItem {
  id: string;
  name?: string;
  /** Whether it is still absent. */
  absent: boolean;
}
