import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { assertIdentifier } from './identifier.js';
import { sql } from './sql.js';

/** First key of the advisory lock; any constant that nothing else in the database uses. */
const MIGRATION_LOCK = 0x6361_7473;

/** Where the migrator remembers what has run. */
export const MIGRATION_TABLE = 'schema_migration';

/**
 * Creates the service's schema and runs its pending migrations in one transaction, under an advisory lock of the database, so that any
 * number of replicas may call it at once: the first does the work, the others wait and find nothing to do. The lock goes with the
 * transaction, so a replica that dies in the middle leaves neither a lock nor half a migration.
 * Gives the names of the migrations that were run.
 */
export async function migrate(orm: MikroORM): Promise<string[]> {
  const schema = assertIdentifier(orm.config.get('schema') ?? 'public');
  // The migrator looks for its table over a second connection, which cannot see what an open transaction makes, and would wait for it
  // for ever. So schema and table are committed first, and the migrator is shown them before it works inside a transaction.
  await orm.em.fork().transactional(async (em) => {
    await lock(em, schema);
    await sql(em, `create schema if not exists ${schema}`);
    await sql(
      em,
      `create table if not exists ${schema}.${MIGRATION_TABLE} (
         id serial primary key, name varchar(255) not null, executed_at timestamptz not null default current_timestamp)`,
    );
  });
  await orm.migrator.getExecuted();
  return orm.em.fork().transactional(async (em) => {
    await lock(em, schema);
    const done = await orm.migrator.up({ transaction: em.getTransactionContext() });
    return done.map((migration) => migration.name);
  });
}

async function lock(em: SqlEntityManager, schema: string): Promise<void> {
  await sql(em, 'select pg_advisory_xact_lock($1::int, hashtext($2))', [MIGRATION_LOCK, schema]);
}
