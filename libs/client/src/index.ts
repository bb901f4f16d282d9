export { follow, type Delivery, type FollowOptions, type StartReason } from './follow.js';
export { followWith, type Follower } from './follow-with.js';
export { loadSnapshot, type LoadSnapshotOptions } from './load-snapshot.js';
export type { FoldableSnapshot, Snapshot, SnapshotEntry, SnapshotHead } from './snapshot.js';
export type { CatalogueEvent, SequencedEvent } from './catalogue-event.js';
export { Upcasting, type Upcast, type Upcaster, type Upcasters } from './upcasting.js';
export { sseEvents } from './sse-events.js';
export type { EventSource, SourceRequest } from './event-source.js';
export { ProviderGateway, type ProviderAddress } from './gateway.js';
export { GatewayError, UnreachableError } from './gateway-error.js';
export {
  CatalogueSyncError,
  ERROR_CODE,
  EVENT_TYPE,
  FACT_TYPE,
  HEADER,
  STREAM,
  providerId,
  subjects,
  type CatalogueCategory,
  type CatalogueItem,
  type EventType,
  type FactType,
  type ItemKind,
  type ItemRemoved,
  type JobReconciled,
  type ProviderId,
  type RemovalHeld,
  type ScopeReconciled,
  type SnapshotConfirmed,
  type SnapshotPublished,
  type SyncFinished,
  type SyncStarted,
} from '#contracts';
