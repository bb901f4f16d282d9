import {
  EVENT_TYPE,
  type CatalogueCategory,
  type CatalogueItem,
  type CategoryRemoved,
  type EventType,
  type ItemRemoved,
  type JobReconciled,
} from '@catalogue-sync/contracts';
import { emptyCatalogue, type CatalogueState } from './catalogue-state.js';

/** An event of a provider's log as far as folding needs it. */
export interface FoldableEvent {
  type: string;
  data: unknown;
}

/** Thrown when the events of a log contradict each other: the log is broken, or events are missing. */
export class BrokenLogError extends Error {
  override readonly name = 'BrokenLogError';
}

/**
 * The catalogue that a provider's events lead to, in their order, from the beginning or from `start` (which is changed and returned).
 * Strict, because it is the oracle: adding what is there, updating or removing what is not, an unknown type and anything after
 * `ProviderDeleted` throw `BrokenLogError`. Folding takes each event once: check sequences with `verifySequence`.
 */
export function foldEvents(
  events: Iterable<FoldableEvent>,
  start: CatalogueState = emptyCatalogue(),
): CatalogueState {
  for (const event of events) {
    if (start.deleted) throw new BrokenLogError(`${event.type} after ${EVENT_TYPE.providerDeleted}`);
    if (!isEventType(event.type)) throw new BrokenLogError(`Unknown event type ${event.type}`);
    FOLD[event.type](start, event.data);
  }
  return start;
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(FOLD, type);
}

type Fold = (state: CatalogueState, data: unknown) => void;

/** Every event type: a gap does not compile. */
const FOLD: Record<EventType, Fold> = {
  [EVENT_TYPE.itemAdded]: (state, data) => {
    const item = data as CatalogueItem;
    expectPresence(state.items, item.id, false, EVENT_TYPE.itemAdded);
    state.items.set(item.id, item);
  },
  [EVENT_TYPE.itemUpdated]: (state, data) => {
    const item = data as CatalogueItem;
    expectPresence(state.items, item.id, true, EVENT_TYPE.itemUpdated);
    state.items.set(item.id, item);
  },
  [EVENT_TYPE.itemRemoved]: (state, data) => {
    const { id } = data as ItemRemoved;
    expectPresence(state.items, id, true, EVENT_TYPE.itemRemoved);
    state.items.delete(id);
  },
  [EVENT_TYPE.categoryAdded]: (state, data) => {
    const category = data as CatalogueCategory;
    expectPresence(state.categories, category.id, false, EVENT_TYPE.categoryAdded);
    state.categories.set(category.id, category);
  },
  [EVENT_TYPE.categoryUpdated]: (state, data) => {
    const category = data as CatalogueCategory;
    expectPresence(state.categories, category.id, true, EVENT_TYPE.categoryUpdated);
    state.categories.set(category.id, category);
  },
  [EVENT_TYPE.categoryRemoved]: (state, data) => {
    const { id } = data as CategoryRemoved;
    expectPresence(state.categories, id, true, EVENT_TYPE.categoryRemoved);
    state.categories.delete(id);
  },
  [EVENT_TYPE.scopeReconciled]: () => undefined,
  [EVENT_TYPE.jobReconciled]: (state, data) => {
    state.lastJob = data as JobReconciled;
  },
  [EVENT_TYPE.providerDeleted]: (state) => {
    state.items.clear();
    state.categories.clear();
    state.deleted = true;
  },
};

function expectPresence(
  known: ReadonlyMap<string, unknown>,
  id: string,
  present: boolean,
  type: EventType,
): void {
  if (known.has(id) !== present) {
    throw new BrokenLogError(`${type} of ${id}, which is ${present ? 'not in' : 'already in'} the catalogue`);
  }
}
