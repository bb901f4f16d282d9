import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@catalogue-sync/testing';

const ENTRY = fileURLToPath(new URL('../../../standalone/dist/main.js', import.meta.url));
/** Two syncs included; on a machine that is busy with other work it takes minutes. */
const STARTED_WITHIN_MS = 300_000;
const SYNCED_WITHIN_MS = 480_000;

interface Line {
  event: string;
  name?: string;
  pid?: number;
  api?: string;
  login?: string;
  simulator?: string;
  adminKeyFile?: string;
  message?: string;
}

/** Items of each kind. */
export interface CatalogueSize {
  movies: number;
  series: number;
  channels: number;
}

/** What is used of a provider. */
export interface ProviderRef {
  id: string;
  name: string;
  protocol: string;
}

/** The built system with its demo, on a data directory that is thrown away. */
export class RunningSystem {
  private readonly lines: Line[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly process: ChildProcess) {
    if (process.stdout === null) throw new Error('the system has no output');
    createInterface(process.stdout).on('line', (text) => {
      this.lines.push(JSON.parse(text) as Line);
      for (const look of this.waiting) look();
    });
    process.once('exit', () => this.lines.push({ event: 'failed', message: 'the system ended' }));
  }

  /** Comes back when both demo providers are in sync. */
  static async start(demoSize: number): Promise<RunningSystem> {
    const child = spawn(
      process.execPath,
      [ENTRY, '--ephemeral', '--port', '0', '--demo-size', String(demoSize), '--json'],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'warn' } },
    );
    const system = new RunningSystem(child);
    try {
      await system.until((line) => line.event === 'up');
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  get api(): string {
    return this.ready.api ?? '';
  }

  /** What requests of the admin key carry. */
  get authorization(): { authorization: string } {
    return { authorization: `Bearer ${readFileSync(this.ready.adminKeyFile ?? '', 'utf8').trim()}` };
  }

  /** Asks the gateway as the admin key does. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.api + path, {
      method,
      headers: {
        ...this.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A path that signs a browser in, once. */
  async loginPath(): Promise<string> {
    return (await this.call<{ path: string }>('POST', '/api/login-links', {})).path;
  }

  async providers(): Promise<ProviderRef[]> {
    return (await this.call<{ providers: ProviderRef[] }>('GET', '/api/providers')).providers;
  }

  /** Adds another panel with a catalogue of that size; comes back when it is in sync. */
  async addPanel(name: string, size: CatalogueSize): Promise<ProviderRef> {
    const account = { username: `user-${name}`, password: `secret-${name}`, mac: '00:1A:79:12:34:56' };
    await this.control('PUT', name, { seed: 7, ...size, profile: 'panel', account });
    const { username, password } = account;
    const provider = await this.call<ProviderRef>('POST', '/api/providers', {
      name,
      connection: { protocol: 'xtream', url: `${this.ready.simulator}/${name}`, username, password },
      settings: { requestsPerSecond: 100_000, parallelRequests: 4, removalConfirmations: 1 },
    });
    await this.sync(provider.id);
    return provider;
  }

  /** Comes back when the sync has ended; throws when it did not complete. */
  async sync(provider: string): Promise<void> {
    const { id } = await this.call<{ id: string }>('POST', `/api/providers/${provider}/sync`, {});
    const { state } = await waitFor(
      async () => {
        const path = `/api/providers/${provider}/sync/jobs/${id}`;
        const job = await this.call<{ state: string; finishedAt?: string }>('GET', path);
        return job.finishedAt === undefined ? undefined : job;
      },
      { timeoutMs: SYNCED_WITHIN_MS, everyMs: 200, what: `the end of sync ${id}` },
    );
    if (state !== 'completed') throw new Error(`the sync of ${provider} ended as ${state}`);
  }

  /** Makes every answer of the demo panel so late, ms. */
  setLatency(latencyMs: number): Promise<void> {
    return this.control('PATCH', 'demo-xtream/quirks', { latencyMs });
  }

  /** Tells the simulator what to be like. */
  async control(method: string, path: string, body: unknown): Promise<void> {
    const answer = await fetch(`${this.ready.simulator}/control/catalogues/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
  }

  /** Kills the gateway; comes back when the system has started it again. */
  async restartGateway(): Promise<void> {
    const starts = () => this.lines.filter(({ event, name }) => event === 'started' && name === 'gateway');
    const before = starts();
    const pid = before.at(-1)?.pid;
    if (pid === undefined) throw new Error('there is no gateway');
    process.kill(pid, 'SIGKILL');
    await this.until(() => starts().length > before.length);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    this.process.kill('SIGTERM');
    await once(this.process, 'exit');
  }

  private get ready(): Line {
    const line = this.lines.find(({ event }) => event === 'ready');
    if (line === undefined) throw new Error('the system is not ready');
    return line;
  }

  private until(isIt: (line: Line) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        finish();
      };
      const look = () => {
        const failed = this.lines.find(({ event }) => event === 'failed');
        if (failed !== undefined) end(() => reject(new Error(failed.message)));
        else if (this.lines.some(isIt)) end(resolve);
      };
      const timer = setTimeout(
        () => end(() => reject(new Error('the system took too long'))),
        STARTED_WITHIN_MS,
      );
      this.waiting.add(look);
      look();
    });
  }
}
