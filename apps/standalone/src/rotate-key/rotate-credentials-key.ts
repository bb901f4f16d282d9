import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedPostgres } from '@catalogue-sync/embedded';
import { DataDirectory, DataDirectoryError } from '../data-directory.js';
import { prepareDatabase } from '../database.js';

/** The commands of the services that encrypt something: each knows what. */
export type RotateKeyCommands = Readonly<Record<string, string>>;

/**
 * Gives the data directory a new key and puts everything that is encrypted under it. The directory must not be in use. The old key is dropped last:
 * wherever this is cut off, the file holds every key that is needed, and it can simply be run again.
 *
 * @returns what the commands said
 * @throws DataDirectoryError when the folder has no database, or is in use
 */
export async function rotateCredentialsKey(folder: string, commands: RotateKeyCommands): Promise<string> {
  if (!existsSync(join(folder, 'postgres', 'cluster')))
    throw new DataDirectoryError(
      `${folder} holds no database of catalogue-sync. Name its folder with --data-dir.`,
    );
  const directory = DataDirectory.open(folder);
  try {
    const postgres = new EmbeddedPostgres({ dataDir: directory.at('postgres') });
    await postgres.start();
    try {
      const urls: Readonly<Record<string, string>> = await prepareDatabase(postgres);
      directory.addCredentialsKey();
      let said = '';
      for (const [service, command] of Object.entries(commands)) {
        const url = urls[service];
        if (url === undefined) continue;
        const settings = { DATABASE_URL: url, CREDENTIALS_KEY_FILE: directory.credentialsKeyFile() };
        said += await run(command, settings);
      }
      directory.dropOlderCredentialsKeys();
      return said;
    } finally {
      await postgres.stop();
    }
  } finally {
    directory.close();
  }
}

async function run(command: string, settings: NodeJS.ProcessEnv): Promise<string> {
  const { CREDENTIALS_KEY: _inherited, ...env } = process.env;
  const child = spawn(process.execPath, [command], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complaint, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(complaint.trim() || `The command ended with ${code}.`);
  return said;
}
