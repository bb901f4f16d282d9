import type { CatalogueCategory, CatalogueItem, ItemId, JobReconciled } from '@catalogue-sync/contracts';

/** A catalogue as its events tell it. */
export interface CatalogueState {
  items: Map<ItemId, CatalogueItem>;
  categories: Map<string, CatalogueCategory>;
  /** Body of the last `JobReconciled`. */
  lastJob?: JobReconciled;
  /** Whether the provider was deleted: nothing may follow. */
  deleted: boolean;
}

export function emptyCatalogue(): CatalogueState {
  return { items: new Map(), categories: new Map(), deleted: false };
}
