import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { EmbeddedPostgres, findPostgresBinaries } from '@catalogue-sync/embedded';
import pg from 'pg';
import { BackupError, checkManifest, MANIFEST_NAME, OWN_FOLDER, type BackupManifest } from './backup-file.js';
import { countProviders, databaseUrl } from './make-backup.js';
import { readTar, TarError, type TarEntry } from './tar.js';

/** Of the manifest; bytes. */
const MAX_MANIFEST = 65_536;

/**
 * Makes a data directory of a backup. The folder must be empty or not there yet; it gets its name when the database was started on it once and
 * has all that the backup says. Throws BackupError, and leaves nothing behind then.
 */
export async function restoreBackup(
  file: string,
  dataDir: string,
  signal: AbortSignal,
): Promise<BackupManifest> {
  if (!existsSync(file)) throw new BackupError(`There is no file ${file}.`);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new BackupError(
      `${dataDir} is not empty: a backup is restored into a new folder. Name one with --data-dir, or move this one away.`,
    );
  const draft = `${dataDir}.restoring`;
  if (existsSync(draft))
    throw new BackupError(
      `${draft} is there: another restoration is at work, or one was broken off. Remove it in the latter case.`,
    );
  mkdirSync(draft, { recursive: true });
  try {
    const manifest = await unpack(file, draft, signal);
    signal.throwIfAborted();
    await startOnce(draft, manifest);
    mkdirSync(dirname(dataDir), { recursive: true });
    if (existsSync(dataDir)) rmdirSync(dataDir);
    renameSync(draft, dataDir);
    return manifest;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw toBackupError(error);
  }
}

async function unpack(file: string, folder: string, signal: AbortSignal): Promise<BackupManifest> {
  const postgresMajor = Number.parseInt(findPostgresBinaries().version, 10);
  const cluster = join(folder, 'postgres', 'cluster');
  mkdirSync(join(folder, 'postgres'));
  mkdirSync(cluster, { mode: 0o700 });
  const gunzip = createGunzip();
  const fed = pipeline(createReadStream(file), gunzip, { signal });
  // Its error is the reader's too, who throws it.
  fed.catch(() => undefined);
  let manifest: BackupManifest | undefined;
  for await (const { entry, content } of readTar(gunzip)) {
    if (manifest === undefined) {
      manifest = checkManifest(await readManifest(entry, content), postgresMajor);
      continue;
    }
    const own = entry.name.startsWith(OWN_FOLDER);
    const path = own ? join(folder, entry.name.slice(OWN_FOLDER.length)) : join(cluster, entry.name);
    await write(path, entry, content);
  }
  await fed;
  if (manifest === undefined) throw new BackupError('The file is no backup of catalogue-sync: it is empty.');
  return manifest;
}

async function readManifest(entry: TarEntry, content: AsyncGenerator<Buffer>): Promise<string> {
  if (entry.name !== MANIFEST_NAME || entry.size > MAX_MANIFEST)
    throw new BackupError('The file is no backup of catalogue-sync.');
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

async function write(
  path: string,
  { type, mode, size }: TarEntry,
  content: AsyncGenerator<Buffer>,
): Promise<void> {
  if (type === 'directory') mkdirSync(path, { recursive: true, mode });
  else if (size === 0) writeFileSync(path, '', { mode });
  else await pipeline(content, createWriteStream(path, { mode }));
}

/** The server recovers to the moment of the backup, which proves that its log is whole. */
async function startOnce(folder: string, manifest: BackupManifest): Promise<void> {
  const postgres = new EmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    await postgres.start();
    const providers = await providersOf(databaseUrl(postgres));
    if (providers !== manifest.providers)
      throw new BackupError(
        `The restored database has ${providers} providers, and the backup says ${manifest.providers}: it was not restored. Try a folder whose parents everybody may enter.`,
      );
  } finally {
    await postgres.stop();
  }
}

async function providersOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await countProviders(client);
  } finally {
    await client.end();
  }
}

function toBackupError(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TarError || code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
    return new BackupError(`The file is damaged, or no backup: ${(error as Error).message}`, {
      cause: error,
    });
  return error;
}
