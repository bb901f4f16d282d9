import type { EncryptedColumn } from '@catalogue-sync/persistence';
import { NOTIFIER_SCHEMA } from '../schema/schema-name.js';

/** Where the secrets of webhooks stand, as `SecretBox` seals them. */
export const SEALED_SECRETS: EncryptedColumn = {
  schema: NOTIFIER_SCHEMA,
  table: 'webhook',
  column: 'secret',
  key: 'id',
  contextPrefix: 'webhook:',
};
