import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SOURCE_NODE_ARGS } from '@catalogue-sync/testing';
import { fetcherEnvironment, type Replica, type ReplicaOptions } from './fetcher-environment.js';

/** A fetcher in a process of its own, run from the sources, so that a test can kill it. */
export class FetcherProcess implements Replica {
  private constructor(
    private readonly child: ChildProcess,
    private readonly spoolDir: string,
    readonly output: string[],
  ) {}

  /** Resolves when it takes requests. */
  static async start(options: ReplicaOptions): Promise<FetcherProcess> {
    const env = fetcherEnvironment(options);
    const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const child = spawn(process.execPath, [...SOURCE_NODE_ARGS, here('../../src/main.ts')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning', ...env },
    });
    const output: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`The fetcher did not start: ${output.join('')}`);
      }),
    ]);
    return new FetcherProcess(child, env.SPOOL_DIR, output);
  }

  /** Resolves when the process has ended, whatever ended it. */
  get ended(): Promise<unknown> {
    const over = this.child.exitCode !== null || this.child.signalCode !== null;
    return over ? Promise.resolve() : once(this.child, 'exit');
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The end of the process without a word, as by a power failure. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    // One that is frozen would never hear of it.
    this.child.kill('SIGCONT');
    await this.ended;
    rmSync(this.spoolDir, { recursive: true, force: true });
  }
}
