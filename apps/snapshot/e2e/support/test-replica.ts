import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SOURCE_NODE_ARGS } from '@catalogue-sync/testing';

export interface ReplicaOptions {
  databaseUrl: string;
  natsUrl: string;
  name: string;
  /** Fault points that are switched on, as in the environment variable FAULT_POINTS. */
  faults?: string;
}

/** The snapshot service in a process of its own, run from the sources, so that a test can kill it. */
export class TestReplica {
  private constructor(
    private readonly child: ChildProcess,
    /** All it wrote so far. */
    readonly output: string[],
  ) {}

  /** Resolves when it takes requests. */
  static async start({ databaseUrl, natsUrl, name, faults = '' }: ReplicaOptions): Promise<TestReplica> {
    const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const child = spawn(process.execPath, [...SOURCE_NODE_ARGS, here('../../src/main.ts')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
        DATABASE_URL: databaseUrl,
        NATS_URL: natsUrl,
        REPLICA_NAME: name,
        FAULT_POINTS: faults,
        LEASE_TTL_MS: '1500',
      },
    });
    const output: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const replica = new TestReplica(child, output);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`The service did not start: ${output.join('')}`);
      }),
    ]);
    return replica;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when the process has ended by itself. */
  async ended(): Promise<void> {
    if (this.isRunning) await once(this.child, 'exit');
  }

  /** The end of the process without a word, as by a power failure. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end, and waits until it has. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** Freezes the process, as a machine that is out of memory or asleep does. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}
