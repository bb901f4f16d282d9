import {
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EmbeddedPostgres, EmbeddedServerError, placeOfData } from '@catalogue-sync/embedded';
import pg from 'pg';
import { DATABASE } from '../database.js';
import { DataDirectory, DataDirectoryError } from '../data-directory.js';
import { BackupError, MANIFEST_NAME, OWN_FOLDER, type BackupManifest } from './backup-file.js';
import { baseBackup } from './base-backup.js';
import { tarFile } from './tar.js';

/** Of a folder that is in use, and so of no other. */
const NOT_KEPT = /^(owner\.lock|running\.json)|\.new$/;

export interface BackupResult extends BackupManifest {
  file: string;
  bytes: number;
}

/**
 * Writes the data directory to one file: the database as it is at one moment, keys and configuration. It may be in use; the system goes on
 * working. JetStream is not in it, for it is filled from the database. Throws BackupError and DataDirectoryError.
 */
export async function makeBackup(dataDir: string, file: string, signal: AbortSignal): Promise<BackupResult> {
  if (!existsSync(join(dataDir, 'postgres')))
    throw new BackupError(`${dataDir} is no data directory of catalogue-sync: name it with --data-dir.`);
  if (existsSync(file)) throw new BackupError(`${file} exists already: give another name, or remove it.`);
  const { url, release } = await openDatabase(dataDir);
  // Its name says that it is whole.
  const draft = `${file}.part`;
  try {
    const manifest = await describe(url);
    const gzip = createGzip();
    await pipeline(
      Readable.from(archive(dataDir, manifest, url)),
      gzip,
      // All secrets are in it.
      createWriteStream(draft, { mode: 0o600 }),
      { signal },
    );
    renameSync(draft, file);
    return { ...manifest, file, bytes: statSync(file).size };
  } finally {
    rmSync(draft, { force: true });
    await release();
  }
}

/** The database of a system that runs, or started for us where none does. */
async function openDatabase(dataDir: string): Promise<{ url: string; release: () => Promise<void> }> {
  let directory: DataDirectory;
  try {
    directory = DataDirectory.open(dataDir);
  } catch (error) {
    const inUse =
      error instanceof DataDirectoryError &&
      error.cause instanceof EmbeddedServerError &&
      error.cause.code === 'already-running';
    if (!inUse) throw error;
    return { url: runningDatabase(dataDir), release: () => Promise.resolve() };
  }
  const postgres = new EmbeddedPostgres({ dataDir: directory.at('postgres') });
  const release = async () => {
    await postgres.stop();
    directory.close();
  };
  try {
    await postgres.start();
  } catch (error) {
    await release();
    throw error;
  }
  return { url: databaseUrl(postgres), release };
}

function runningDatabase(dataDir: string): string {
  try {
    return (JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { postgres: string }).postgres;
  } catch {
    throw new BackupError(
      'The system is starting or stopping: try again when it is up, or when it has ended.',
    );
  }
}

export function databaseUrl(postgres: EmbeddedPostgres): string {
  const url = new URL(postgres.url);
  url.pathname = `/${DATABASE}`;
  return url.toString();
}

async function describe(url: string): Promise<BackupManifest> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ major: number }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    return {
      format: 1,
      createdAt: new Date().toISOString(),
      platform: process.platform,
      arch: process.arch,
      postgresMajor: rows[0]?.major ?? 0,
      providers: await countProviders(client),
    };
  } finally {
    await client.end();
  }
}

/** Those that were not deleted; 0 in a database that no service has set up yet. */
export async function countProviders(client: pg.Client): Promise<number> {
  const found = await client.query(`SELECT to_regclass('fetcher.provider') IS NOT NULL AS found`);
  if ((found.rows[0] as { found: boolean }).found !== true) return 0;
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM fetcher.provider WHERE state <> 'deleted'`,
  );
  return rows[0]?.count ?? 0;
}

async function* archive(dataDir: string, manifest: BackupManifest, url: string): AsyncGenerator<Buffer> {
  yield tarFile(MANIFEST_NAME, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), 0o600);
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    if (!statSync(path).isFile() || NOT_KEPT.test(name)) continue;
    yield tarFile(`${OWN_FOLDER}${name}`, readFileSync(path), 0o600);
  }
  const secret = readFileSync(join(placeOfData(join(dataDir, 'postgres')), 'secret'));
  yield tarFile(`${OWN_FOLDER}postgres/secret`, secret, 0o600);
  // Ends the archive.
  yield* await baseBackup(url);
}
