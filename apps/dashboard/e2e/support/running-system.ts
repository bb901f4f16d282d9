import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../standalone/dist/main.js', import.meta.url));
/** Two syncs included; on a machine that is busy with other work it takes minutes. */
const STARTED_WITHIN_MS = 300_000;

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

  /** Makes every answer of the demo panel so late, ms. */
  async setLatency(latencyMs: number): Promise<void> {
    const { simulator } = this.ready;
    const answer = await fetch(`${simulator}/control/catalogues/demo-xtream/quirks`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ latencyMs }),
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status}`);
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
