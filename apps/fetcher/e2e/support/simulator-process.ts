import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SOURCE_NODE_ARGS } from '@catalogue-sync/testing';

/** The provider simulator in a process of its own, run from the sources. */
export class SimulatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Resolves when it serves `catalogues`: bodies as its control API takes them, with a name. */
  static async start(catalogues: readonly object[]): Promise<SimulatorProcess> {
    const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
    const child = spawn(
      process.execPath,
      [...SOURCE_NODE_ARGS, here('../../../provider-simulator/src/main.ts')],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: {
          ...process.env,
          NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
          // It shares the services' configuration and uses neither.
          DATABASE_URL: 'postgres://nobody@127.0.0.1/none',
          NATS_URL: 'nats://127.0.0.1:1',
          SIMULATOR_PORT: '0',
          SIMULATOR_CATALOGUES: JSON.stringify(catalogues),
        },
      },
    );
    const [ready] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('The simulator did not start.');
      }),
    ])) as [{ url: string }];
    return new SimulatorProcess(child, ready.url);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
