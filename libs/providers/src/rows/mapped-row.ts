import type { CatalogueCategory, CatalogueItem, Scope } from '@catalogue-sync/contracts';

/** What became of a provider's row. */
export type MappedRow =
  | { type: 'item'; item: CatalogueItem }
  | { type: 'category'; category: CatalogueCategory }
  | {
      type: 'rejected';
      /** In words. */
      reason: string;
      /** Where the row had a readable id. */
      externalId?: string;
    };

export interface RowContext {
  scope: Scope;
  /** Milliseconds since 1970; dates beyond it are not believed. */
  now: number;
}

/** A provider's row as an object, whatever its fields are. */
export type Row = Readonly<Record<string, unknown>>;

export type RowMapper = (row: Row, context: RowContext) => MappedRow;

export function rejected(reason: string, externalId?: string): MappedRow {
  return externalId === undefined ? { type: 'rejected', reason } : { type: 'rejected', reason, externalId };
}
