import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError } from '../exit-code.js';

/** Where the gateway is named, in the order in which it is looked for. */
export interface GatewayOptions {
  url?: string;
  apiKeyFile?: string;
  dataDir?: string;
}

export interface GatewayAccess {
  url: string;
  /** Absent: none was found, and none is sent. */
  apiKey?: string;
  /** The embedded default that it belongs to, when it was found by its data directory. */
  dataDir?: string;
}

const DEFAULT_URL = 'http://127.0.0.1:3000';

/**
 * The gateway that is meant: `--url`, CATALOGUE_SYNC_URL, the system that runs on the data directory (`--data-dir`, else `./.data` where one is
 * typed, else in the project), `http://127.0.0.1:3000`. The key: `--api-key-file`, CATALOGUE_SYNC_API_KEY, CATALOGUE_SYNC_API_KEY_FILE, and,
 * only for the gateway of the data directory, its admin key. Throws CliError.
 */
export function findGateway(
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv,
  folders: readonly string[],
): GatewayAccess {
  const named = options.url ?? environment.CATALOGUE_SYNC_URL;
  const dataDir = findDataDirectory(options, folders);
  const running = dataDir === undefined ? undefined : readAddress(dataDir);
  const url = normalUrl(named ?? running ?? DEFAULT_URL);
  // Another's gateway must never be sent the key of this one.
  const own = dataDir !== undefined && running !== undefined && normalUrl(running) === url;
  const apiKey = givenKey(options, environment) ?? (own ? adminKey(dataDir) : undefined);
  return { url, ...(apiKey === undefined ? {} : { apiKey }), ...(own ? { dataDir } : {}) };
}

/** The data directory that is meant; undefined when none is named and none is there. */
export function findDataDirectory(options: GatewayOptions, folders: readonly string[]): string | undefined {
  if (options.dataDir === undefined)
    return folders.map((folder) => join(folder, '.data')).find((folder) => existsSync(folder));
  const folder = resolve(folders[0] ?? '.', options.dataDir);
  if (existsSync(folder)) return folder;
  throw new CliError(
    'no-data-directory',
    `There is no folder ${folder}. Give the one that --data-dir named at the start.`,
  );
}

function normalUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CliError('bad-url', `"${text}" is no address of a gateway: give one like ${DEFAULT_URL}.`);
  return url.href.replace(/\/+$/, '');
}

function readAddress(dataDir: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as { api?: string }).api;
  } catch {
    return undefined;
  }
}

function givenKey(options: GatewayOptions, environment: NodeJS.ProcessEnv): string | undefined {
  if (options.apiKeyFile !== undefined) return readKey(options.apiKeyFile, '--api-key-file');
  if (environment.CATALOGUE_SYNC_API_KEY !== undefined) return environment.CATALOGUE_SYNC_API_KEY.trim();
  const file = environment.CATALOGUE_SYNC_API_KEY_FILE;
  return file === undefined ? undefined : readKey(file, 'CATALOGUE_SYNC_API_KEY_FILE');
}

function readKey(file: string, namedBy: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CliError(
      'no-key-file',
      `The file that ${namedBy} names cannot be read: ${(error as Error).message}`,
    );
  }
}

function adminKey(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  } catch {
    return undefined;
  }
}
