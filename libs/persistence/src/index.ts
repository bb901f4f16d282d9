export { createOrm, type MigrationEntry, type OrmOptions } from './orm/create-orm.js';
export { migrate } from './orm/migrate.js';
export { sql } from './orm/sql.js';
export { copyIn, copyOut } from './orm/copy.js';
export { bigint, copyRows, int, smallint, texts, timestamp, type CopyField } from './orm/copy-rows.js';
export { isOneOf } from './orm/is-one-of.js';
export { literal } from './orm/literal.js';
export { textArray } from './orm/text-array.js';
export { LeaseStore, type Lease } from './lease/lease.store.js';
export { leaseTableSql } from './lease/lease.table.js';
export { OutboxStore, type OutboxEntry, type OutboxMessage } from './outbox/outbox.store.js';
export { outboxTableSql } from './outbox/outbox.table.js';
export { DatabaseClock } from './clock/database-clock.js';
export { CREDENTIALS_KEYS, CredentialCipher } from './cipher/credential.cipher.js';
export {
  renewCredentials,
  type EncryptedColumn,
  type RenewedCredentials,
} from './cipher/renew-credentials.js';
export { grantReaderSql, READER_ROLE } from './access/reader-role.js';
