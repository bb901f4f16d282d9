import type {
  CategoryAdded,
  CategoryRemoved,
  CategoryUpdated,
  EVENT_TYPE,
  ItemAdded,
  ItemRemoved,
  ItemUpdated,
  JobReconciled,
  ProviderDeleted,
  ScopeReconciled,
  UpdateReason,
} from '#contracts';

/** An event of a provider's log, whatever its type. */
export interface SequencedEvent<Type extends string = string, Data = unknown> {
  /** 1, 2, 3 … without a gap within the provider. */
  seq: number;
  /** Type and major version: `catalogue.item-added.v1`. */
  type: Type;
  /** When it was recorded, ISO 8601. */
  time: string;
  /** The item or category it is about. */
  subject?: string;
  jobId?: string;
  /** Why an item was updated: see UpdateReason. */
  reason?: string;
  data: Data;
}

type Types = typeof EVENT_TYPE;

/** The events of the contract, told apart by `type`. */
export type CatalogueEvent =
  | SequencedEvent<Types['itemAdded'], ItemAdded>
  | (SequencedEvent<Types['itemUpdated'], ItemUpdated> & { reason?: UpdateReason })
  | SequencedEvent<Types['itemRemoved'], ItemRemoved>
  | SequencedEvent<Types['categoryAdded'], CategoryAdded>
  | SequencedEvent<Types['categoryUpdated'], CategoryUpdated>
  | SequencedEvent<Types['categoryRemoved'], CategoryRemoved>
  | SequencedEvent<Types['scopeReconciled'], ScopeReconciled>
  | SequencedEvent<Types['jobReconciled'], JobReconciled>
  | SequencedEvent<Types['providerDeleted'], ProviderDeleted>;
