import type { ItemKind } from './item.js';
import type { ProviderId } from './ids.js';
import { isProviderId } from './ids.js';
import type { Scope } from './scope.js';
import { EVENT_TYPE, type EventType } from './events.js';
import { FACT_TYPE, type FactType } from './facts.js';

/** The JetStream streams. No subject or stream literal stands anywhere but in this file. */
export const STREAM = {
  pages: 'CATALOGUE_PAGES',
  events: 'CATALOGUE_EVENTS',
  facts: 'CATALOGUE_FACTS',
  deadLetters: 'DEAD_LETTERS',
} as const;
export type StreamName = (typeof STREAM)[keyof typeof STREAM];

/** What each stream captures. */
export const STREAM_SUBJECTS: Record<StreamName, string> = {
  CATALOGUE_PAGES: 'catalogue.pages.>',
  CATALOGUE_EVENTS: 'catalogue.events.>',
  CATALOGUE_FACTS: 'catalogue.facts.>',
  DEAD_LETTERS: 'dead.>',
};

type ItemEventType = (typeof EVENT_TYPE)['itemAdded' | 'itemUpdated' | 'itemRemoved'];

const EVENT_SUFFIX: Record<EventType, (kind: ItemKind) => string> = {
  [EVENT_TYPE.itemAdded]: (kind) => `${kind}.item-added`,
  [EVENT_TYPE.itemUpdated]: (kind) => `${kind}.item-updated`,
  [EVENT_TYPE.itemRemoved]: (kind) => `${kind}.item-removed`,
  [EVENT_TYPE.categoryAdded]: () => 'category.added',
  [EVENT_TYPE.categoryUpdated]: () => 'category.updated',
  [EVENT_TYPE.categoryRemoved]: () => 'category.removed',
  [EVENT_TYPE.scopeReconciled]: () => 'sync.scope-reconciled',
  [EVENT_TYPE.jobReconciled]: () => 'sync.job-reconciled',
  [EVENT_TYPE.providerDeleted]: () => 'sync.provider-deleted',
};

const FACT_SUFFIX: Record<FactType, string> = {
  [FACT_TYPE.syncStarted]: 'sync-started',
  [FACT_TYPE.syncFinished]: 'sync-finished',
  [FACT_TYPE.snapshotPublished]: 'snapshot-published',
  [FACT_TYPE.snapshotConfirmed]: 'snapshot-confirmed',
  [FACT_TYPE.removalHeld]: 'removal-held',
  [FACT_TYPE.providerPurged]: 'provider-purged',
};

/** Every subject of the system is made here. */
export const subjects = {
  page: (provider: ProviderId, scope: Scope | 'job') => `catalogue.pages.${provider}.${scope}`,
  /** All work-queue messages of a provider: the filter of its consumer. */
  pagesOf: (provider: ProviderId) => `catalogue.pages.${provider}.>`,
  /** The subject of a sequenced event; `kind` matters for item events only. */
  event: (provider: ProviderId, type: EventType, kind: ItemKind = 'movie') =>
    `catalogue.events.${provider}.${EVENT_SUFFIX[type](kind)}`,
  /** All sequenced events of a provider: the only filter on which a gap can be told. */
  eventsOf: (provider: ProviderId) => `catalogue.events.${provider}.>`,
  fact: (provider: ProviderId, type: FactType) => `catalogue.facts.${provider}.${FACT_SUFFIX[type]}`,
  /** One type of fact of every provider. */
  factOfAll: (type: FactType) => `catalogue.facts.*.${FACT_SUFFIX[type]}`,
  /** One type of event of every provider; those of items stand under one subject a kind, and are not among them. */
  eventOfAll: (type: Exclude<EventType, ItemEventType>) =>
    `catalogue.events.*.${EVENT_SUFFIX[type]('movie')}`,
  deadLetter: (stream: StreamName, reason: string) => `dead.${stream}.${reason}`,
  /** Core NATS, not stored: the hint that pages of a provider are about to be published. */
  pagesComingHint: (provider: ProviderId | '*') => `catalogue.hints.${provider}.pages-coming`,
  /** Core NATS, not stored: the hint that pages of a provider were reconciled. */
  pageReconciledHint: (provider: ProviderId) => `catalogue.hints.${provider}.page-reconciled`,
  /** Core NATS, not stored: the hint that events of a provider are about to be published. */
  eventsComingHint: (provider: ProviderId | '*') => `catalogue.hints.${provider}.events-coming`,
} as const;

/** The provider a catalogue subject belongs to; undefined when the subject is not one of ours. */
export function providerOfSubject(subject: string): ProviderId | undefined {
  const token = subject.split('.')[2];
  return isProviderId(token) ? token : undefined;
}
