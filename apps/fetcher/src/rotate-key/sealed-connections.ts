import type { EncryptedColumn } from '@catalogue-sync/persistence';
import { FETCHER_SCHEMA } from '../schema/schema-name.js';

/** Where connections stand, as `ConnectionVault` seals them. */
export const SEALED_CONNECTIONS: EncryptedColumn = {
  schema: FETCHER_SCHEMA,
  table: 'provider',
  column: 'connection_encrypted',
  key: 'id',
};
