export { ITEM_LIMITS } from './item/limits.js';
export { categoryId, itemId } from './item/item-id.js';
export type { CategoryDraft, ItemDraft } from './item/item-draft.js';
export { normaliseItem } from './item/normalise-item.js';
export { normaliseCategory } from './item/normalise-category.js';

export { toIdText } from './coerce/id-text.js';
export { toPlainText, toText } from './coerce/text.js';
export { toInteger, toNumber } from './coerce/number.js';
export { toBoolean } from './coerce/boolean.js';
export { toTextList, type TextListOptions } from './coerce/list.js';
export { readDate, readYear, readYearRange } from './coerce/date.js';
export { readMinutes } from './coerce/minutes.js';
export { readTimestamp, type ReadTimestamp } from './coerce/timestamp.js';

export {
  FINGERPRINT_BYTES,
  FINGERPRINT_VERSION,
  fingerprintCategory,
  fingerprintItem,
} from './fingerprint/fingerprint.js';

export { addCounts, emptyCounts, emptyTotals } from './job/change-counts.js';
export { decideJobOutcome } from './job/decide-job-outcome.js';
export {
  canTransition,
  IllegalTransitionError,
  transition,
  type JobEvent,
  type JobEventType,
} from './job/job-state-machine.js';

export type { RunEvidence } from './removal/complete-run.js';
export {
  decideRemovals,
  type KindAbsence,
  type KindRemoval,
  type RemovalAction,
  type RemovalDecision,
  type RemovalInput,
} from './removal/decide-removals.js';
export { REMOVAL_GUARD, suspicion, type GuardedRemoval } from './removal/guard.js';
export { looksRenumbered, RENUMBERING_SAMPLE } from './removal/looks-renumbered.js';

export { emptyCatalogue, type CatalogueState } from './state/catalogue-state.js';
export { BrokenLogError, foldEvents, type FoldableEvent } from './state/fold-events.js';
export {
  diffCatalogues,
  type ComparableCatalogue,
  type DiffOptions,
  type EventDraft,
} from './state/diff-catalogues.js';
export { SeenIds } from './state/seen-ids.js';
export { verifySequence, type SequenceFault } from './state/verify-sequence.js';
