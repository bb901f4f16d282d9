import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ItemKind, Protocol } from '@catalogue-sync/contracts';

const MAIN = fileURLToPath(new URL('../../../dist/services/provider-simulator.mjs', import.meta.url));

/** A catalogue as the simulator's control API tells of it. */
export interface SimulatedCatalogue {
  name: string;
  totals: { movies: number; series: number; channels: number; categories: number };
  account: { username: string; password: string; mac: string };
  urls: { stalker: string; xtream: string; m3u: string; m3uPlus: string };
}

export interface Fault {
  match?: { protocol?: Protocol; action?: string; page?: number; nth?: number };
  times?: number;
  effect: { type: string; [option: string]: unknown };
}

/** What the simulator counted of a catalogue's clients. */
export interface Ledger {
  requests: number;
  handshakes: number;
  parallelPeak: number;
  parallelNow: number;
  requestsPerSecondPeak: number;
  aborted: number;
}

/** The provider simulator as a process of its own, as everyone else starts it. */
export class SimulatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(): Promise<SimulatorProcess> {
    if (!existsSync(MAIN)) throw new Error('The simulator is not built: run `npm run build` first.');
    const child = fork(MAIN, {
      env: { ...process.env, SIMULATOR_PORT: '0', SIMULATOR_CATALOGUES: '[]', NODE_OPTIONS: '' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) =>
        reject(new Error(`The simulator ended with ${code} before it was ready.`)),
      );
      child.on('message', (message: { type?: string; url?: string }) => {
        if (message.type === 'ready' && message.url !== undefined) resolve(message.url);
      });
    });
    return new SimulatorProcess(child, url);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => {
      this.child.once('exit', resolve);
    });
    this.child.kill('SIGTERM');
    await gone;
  }

  create(name: string, body: object): Promise<SimulatedCatalogue> {
    return this.control('PUT', name, body) as Promise<SimulatedCatalogue>;
  }

  async tomorrow(
    name: string,
    body: { add?: number; edit?: number; remove?: number; move?: number },
  ): Promise<{ added: string[]; removed: string[] }> {
    const { changes } = (await this.control('POST', `${name}/tomorrow`, body)) as {
      changes: { added: string[]; removed: string[] };
    };
    return changes;
  }

  async fault(name: string, fault: Fault): Promise<void> {
    await this.control('POST', `${name}/faults`, fault);
  }

  async clear(name: string): Promise<void> {
    await this.control('DELETE', `${name}/faults`);
    await this.control('DELETE', `${name}/ledger`);
  }

  ledger(name: string): Promise<Ledger> {
    return this.control('GET', `${name}/ledger`) as Promise<Ledger>;
  }

  /** Item ids that a perfect sync knows. */
  async expected(name: string, kind: ItemKind): Promise<string[]> {
    const response = await fetch(`${this.url}/control/catalogues/${name}/expected?kind=${kind}`);
    return (await response.text()).split('\n').filter((line) => line !== '');
  }

  private async control(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/control/catalogues/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
