import type { ProviderId } from '@catalogue-sync/contracts';
import pg from 'pg';

/** A superuser's session in the services' database: to look, and to be in the way. */
export class DatabaseSession {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<DatabaseSession> {
    const client = new pg.Client({ connectionString: url });
    // The server may be killed under it: whoever asks next is told.
    client.on('error', () => undefined);
    await client.connect();
    return new DatabaseSession(client);
  }

  async rows<T extends object>(statement: string, values: unknown[] = []): Promise<T[]> {
    return (await this.client.query<T>(statement, values)).rows;
  }

  /** Backends of a service that stand inside an open transaction and wait for the service: at an armed delay, for one. */
  async idleInTransaction(service: string): Promise<number> {
    const [row] = await this.rows<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where usename = $1 and state = 'idle in transaction' and clock_timestamp() - state_change > interval '0.2 seconds'`,
      [`catalogue_${service}`],
    );
    return row?.n ?? 0;
  }

  /** Ends every connection of a service, as an administrator may; answers how many there were. */
  async terminate(service: string): Promise<number> {
    const ended = await this.rows(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`,
      [`catalogue_${service}`],
    );
    return ended.length;
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

/** Takes every connection that the server has left; the services' next one is refused (SQLSTATE 53300). */
export async function takeAllConnections(
  url: string,
): Promise<{ count: number; release: () => Promise<void> }> {
  const taken: DatabaseSession[] = [];
  for (;;) {
    try {
      taken.push(await DatabaseSession.open(url));
    } catch (error) {
      if ((error as { code?: string }).code !== '53300') throw error;
      return {
        count: taken.length,
        release: async () => void (await Promise.all(taken.map((one) => one.close()))),
      };
    }
  }
}

/** Kinds of which a removal of the provider was held. */
export async function heldKinds(url: string, provider: ProviderId): Promise<string[]> {
  const rows = await ask<{ kind: string }>(
    url,
    'select distinct kind from catalogue.removal_hold where provider_id = $1 order by kind',
    [provider],
  );
  return rows.map(({ kind }) => kind);
}

/** Messages of the provider that are in the dead letters, each with its reason. */
export async function parkedMessages(url: string, provider: ProviderId): Promise<string[]> {
  const rows = await ask<{ text: string }>(
    url,
    `select message_id || ': ' || reason as text from catalogue.dead_letter where provider_id = $1 order by 1`,
    [provider],
  );
  return rows.map(({ text }) => text);
}

async function ask<T extends object>(url: string, statement: string, values: unknown[]): Promise<T[]> {
  const session = await DatabaseSession.open(url);
  try {
    return await session.rows<T>(statement, values);
  } finally {
    await session.close();
  }
}
