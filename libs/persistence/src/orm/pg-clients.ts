import type { SqlEntityManager } from '@mikro-orm/postgresql';
import pg, { type Pool, type PoolClient } from 'pg';
import { sql } from './sql.js';

/** What pg knows of a client beyond its published types. */
type ClientWithPid = PoolClient & { processID: number };

/** Live clients of a pool by backend pid, filled by the pool's own events. */
const clientsByPool = new WeakMap<Pool, Map<number, PoolClient>>();

/** Hand to MikroORM as `driverOptions.onPoolCreated`: COPY needs the pg client below a transaction, which Kysely keeps private. */
export function trackClients(pool: Pool): void {
  const clients = new Map<number, PoolClient>();
  clientsByPool.set(pool, clients);
  pool.on('connect', (client) => {
    clients.set((client as ClientWithPid).processID, client);
    client.once('end', () => giveBack(client));
  });
  pool.on('remove', (client) => clients.delete((client as ClientWithPid).processID));
}

/** Kysely keeps the client of a transaction whose rollback fails, and on a lost connection it always does: the pool would run dry. */
function giveBack(client: PoolClient): void {
  try {
    client.release(true);
  } catch {
    // It is in the pool.
  }
  client.release = () => undefined;
}

/** The pg client that carries em's open transaction; the backend pid identifies it. Throws outside a transaction. */
export async function clientOfTransaction(em: SqlEntityManager): Promise<PoolClient> {
  if (!em.isInTransaction()) throw new Error('COPY needs an open transaction: use em.transactional()');
  const pool = await poolOf(em);
  const [row] = await sql<{ pid: number }>(em, 'select pg_backend_pid() as pid');
  const client = row && clientsByPool.get(pool)?.get(row.pid);
  if (!client) throw new Error('The ORM was not made by createOrm(): its pg clients are unknown');
  return client;
}

/** Ends the statement that runs on the client, from a connection of its own: the pool may have none to spare. */
export async function cancelBackend(em: SqlEntityManager, client: PoolClient): Promise<void> {
  const messenger = new pg.Client((await poolOf(em)).options);
  await messenger.connect();
  try {
    await messenger.query('select pg_cancel_backend($1)', [(client as ClientWithPid).processID]);
  } finally {
    await messenger.end();
  }
}

async function poolOf(em: SqlEntityManager): Promise<Pool> {
  return (await em.getConnection().getNativeClient()) as Pool;
}
