import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ReplicaOptions {
  databaseUrl: string;
  natsUrl: string;
  name: string;
  env?: NodeJS.ProcessEnv;
}

/** The environment of a fetcher in a test, with a spool folder of its own. */
export function fetcherEnvironment(options: ReplicaOptions): NodeJS.ProcessEnv & { SPOOL_DIR: string } {
  return {
    DATABASE_URL: options.databaseUrl,
    NATS_URL: options.natsUrl,
    REPLICA_NAME: options.name,
    ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.0/8',
    CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64'),
    SPOOL_DIR: mkdtempSync(join(tmpdir(), 'fetcher-spool-')),
    LEASE_TTL_MS: '1500',
    REQUEST_RETRY_MS: '20',
    SCOPE_RETRY_MS: '100',
    ...options.env,
  };
}

/** A running fetcher, wherever it runs. */
export interface Replica {
  /** All it wrote so far. */
  readonly output: string[];
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}
