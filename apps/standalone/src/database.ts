import type { EmbeddedPostgres } from '@catalogue-sync/embedded';
import pg from 'pg';

export const DATABASE = 'catalogue_sync';
/** Reads the views that the services grant to it, and nothing else. */
const READER = 'catalogue_reader';
/** Each owns its own schema and cannot write another's. */
const WRITERS = ['fetcher', 'reconciler', 'snapshot', 'scheduler', 'notifier', 'gateway'] as const;

/** The URL that a service connects with as the owner of its schema; `reader` reads what they grant. */
export type DatabaseUrls = Record<(typeof WRITERS)[number] | 'reader', string>;

/** Makes the database and the roles where they are missing; safe to repeat. */
export async function prepareDatabase(postgres: EmbeddedPostgres): Promise<DatabaseUrls> {
  const roles = [READER, ...WRITERS.map(roleOf)];
  await withClient(postgres.url, async (client) => {
    for (const role of roles) await createRole(client, role, new URL(postgres.urlFor(role)).password);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${READER}`);
    for (const writer of WRITERS)
      await client.query(`GRANT CONNECT, CREATE, TEMPORARY ON DATABASE ${DATABASE} TO ${roleOf(writer)}`);
  });
  const writers = WRITERS.map((writer) => [writer, postgres.urlFor(roleOf(writer), DATABASE)] as const);
  return { ...Object.fromEntries(writers), reader: postgres.urlFor(READER, DATABASE) } as DatabaseUrls;
}

function roleOf(writer: string): string {
  return `catalogue_${writer}`;
}

/** The names are constants of this file, the password is base64url: none can break out of the statement. */
async function createRole(client: pg.Client, role: string, password: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  const verb = found.rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${role} LOGIN PASSWORD '${password}'`);
}

async function withClient(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
