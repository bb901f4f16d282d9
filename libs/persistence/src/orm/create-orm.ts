import { Migrator, type Migration } from '@mikro-orm/migrations';
import { MikroORM, type EntitySchema } from '@mikro-orm/postgresql';
import { trackClients } from './pg-clients.js';
import { assertIdentifier } from './identifier.js';
import { MIGRATION_TABLE } from './migrate.js';

export interface MigrationEntry {
  /** Stays for ever: it is what the database remembers. */
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

export interface OrmOptions {
  /** Postgres URL with the user whose schema it will be. */
  url: string;
  /** The service's own schema; made by `migrate`. All unqualified names resolve in it. */
  schema: string;
  entities: EntitySchema[];
  migrations: MigrationEntry[];
  /** Connections at most; default 8. */
  poolSize?: number;
}

/**
 * A process that is frozen inside a transaction keeps its locks, the one on its lease among them, and nobody could take over: after this long
 * the server ends the transaction. Far longer than we ever pause between two statements.
 */
const IDLE_IN_TRANSACTION_MS = 20_000;

/**
 * Connects lazily to the service's schema. Run `migrate(orm)` before first use.
 * A connection that cannot be had within 10 s fails the query that asked for it.
 */
export async function createOrm(options: OrmOptions): Promise<MikroORM> {
  const schema = assertIdentifier(options.schema);
  return MikroORM.init({
    clientUrl: options.url,
    schema,
    entities: options.entities,
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    migrations: {
      migrationsList: options.migrations,
      tableName: MIGRATION_TABLE,
      snapshot: false,
      silent: true,
      transactional: true,
      allOrNothing: true,
      // Switching them off needs a superuser, and the order of statements makes it pointless.
      disableForeignKeys: false,
    },
    pool: { min: 0, max: options.poolSize ?? 8 },
    driverOptions: {
      options: `-c search_path=${schema} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
      application_name: `catalogue-sync-${schema}`,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      onPoolCreated: trackClients,
    },
  });
}
