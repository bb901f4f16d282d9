import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ItemKind, ProviderConnection } from '@catalogue-sync/contracts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

export interface CatalogueSize {
  movies: number;
  series: number;
  channels: number;
  profile?: 'genuine' | 'panel';
}

export interface Account {
  username: string;
  password: string;
  mac: string;
}

/** What `tomorrow` changed, in the ids our system gives. */
export interface Changes {
  added: string[];
  edited: string[];
  removed: string[];
  moved: string[];
}

/** The headline size: 83,183 VOD items on 5,942 Stalker pages of 14. */
export const FULL_SIZE: CatalogueSize = { movies: 75_000, series: 8_183, channels: 3_000 };

/** Environment variable in which the URL of a shared simulator stands. */
export const SHARED_SIMULATOR = 'E2E_SHARED_SIMULATOR';

/** The provider simulator as a process of its own, and its control API. */
export class Simulator {
  readonly url: string;
  /** Absent where it is shared. */
  private readonly process: ChildProcess | undefined;

  private constructor(process: ChildProcess | undefined, url: string) {
    this.process = process;
    this.url = url;
  }

  /** The one that the whole run shares, or one of our own where a file is run by itself. Its catalogues' names are unique over all files. */
  static shared(): Promise<Simulator> {
    const url = process.env[SHARED_SIMULATOR];
    return url === undefined ? Simulator.start() : Promise.resolve(new Simulator(undefined, url));
  }

  static async start(): Promise<Simulator> {
    const child = fork(join(root, 'dist', 'services', 'provider-simulator.mjs'), {
      cwd: root,
      env: { ...process.env, SIMULATOR_PORT: '0', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The simulator ended with ${code} before it was up.`);
    });
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [
      { type: string; url: string },
    ];
    ended.catch(() => undefined);
    return new Simulator(child, message.url);
  }

  async stop(): Promise<void> {
    if (this.process === undefined) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
  }

  async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/control/catalogues/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`simulator: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Creates a catalogue, and says how each protocol connects to it. */
  async catalogue(
    name: string,
    size: CatalogueSize,
    given?: Account,
  ): Promise<Record<'stalker' | 'xtream' | 'm3u', ProviderConnection>> {
    const account = given ?? {
      username: `user-${name}`,
      password: `secret-${name}`,
      mac: '00:1A:79:12:34:56',
    };
    await this.control('PUT', name, { seed: 7, ...size, account });
    const { username, password, mac } = account;
    return {
      stalker: { protocol: 'stalker', url: `${this.url}/${name}/c/`, mac },
      xtream: { protocol: 'xtream', url: `${this.url}/${name}`, username, password },
      m3u: {
        protocol: 'm3u',
        url: `${this.url}/${name}/get.php?username=${encodeURIComponent(username)}&password=${encodeURIComponent(password)}&type=m3u_plus&output=ts`,
      },
    };
  }

  async tomorrow(
    name: string,
    counts: { add: number; edit: number; remove: number; move: number; kinds?: ItemKind[] },
  ): Promise<Changes> {
    const { changes } = await this.control<{ changes: Changes }>('POST', `${name}/tomorrow`, counts);
    return changes;
  }

  /** The ids that the catalogue lists now. */
  async expectedIds(name: string): Promise<string[]> {
    const response = await fetch(`${this.url}/control/catalogues/${name}/expected`);
    return (await response.text())
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  }
}
