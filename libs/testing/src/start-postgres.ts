import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgres } from '@catalogue-sync/embedded';
import pg from 'pg';
import { copyFreshCluster } from './postgres-template.js';

export interface TestPostgres {
  /** Superuser, database `postgres`. */
  url: string;
  /** The server's pid. */
  pid: number;
  /** Makes an empty database and answers its URL (superuser). */
  createDatabase(): Promise<string>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/** A PostgreSQL of one's own on a throw-away folder, without fsync. Less than half a second. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-sync-postgres-'));
  await copyFreshCluster(folder);
  const server = new EmbeddedPostgres({ dataDir: folder, fsync: false });
  await server.start();
  return {
    url: server.url,
    pid: server.pid ?? 0,
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      try {
        // Ten times as quick as through the write-ahead log, while nothing is synced.
        await client.query(`CREATE DATABASE ${name} STRATEGY file_copy`);
      } finally {
        await client.end();
      }
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.toString();
    },
    async stop() {
      await clientsGone(server.url);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Waits until the server has seen its clients off, for a second at most. A pool says that it has ended before its connections have: one of
 * them would hear of the server's end in the middle of the next spec file, with nobody to listen.
 */
async function clientsGone(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const until = Date.now() + 1_000; Date.now() < until; await pause(10)) {
      const { rows } = await client.query(
        `select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`,
      );
      if (rows.length === 0) break;
    }
  } catch {
    // A server that a test has killed has no clients.
  } finally {
    await client.end().catch(() => undefined);
  }
}
