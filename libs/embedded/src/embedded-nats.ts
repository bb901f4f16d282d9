import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNatsServer } from './nats-binary.js';
import { processCommand } from './process-identity.js';
import { ServerLifecycle } from './server-lifecycle.js';
import { SupervisedProcess } from './supervised-process.js';

export interface EmbeddedNatsOptions {
  /** Ours alone; made when missing. Holds JetStream's files, the server's configuration and the lock. */
  storeDir: string;
  /** Where to start looking for a free port; without it the server takes any. */
  port?: number;
  /** What the server writes. */
  log?: (line: string) => void;
  /** Called when the server ends without having been told to. `start()` may be called again then. */
  onUnexpectedEnd?: (reason: string) => void;
}

/** A real nats-server with JetStream as our child, on loopback. It ends when we end, and never has two owners. */
export class EmbeddedNats {
  private readonly storeDir: string;
  private readonly life: ServerLifecycle;
  private binary = '';

  constructor(private readonly options: EmbeddedNatsOptions) {
    this.storeDir = resolve(options.storeDir);
    this.life = new ServerLifecycle({
      name: 'nats-server',
      folder: this.storeDir,
      preferredPort: options.port,
      prepare: () => this.prepare(),
      spawn: (port) => this.spawn(port),
      readyPid: () => this.readyPid(),
      startWithinMs: 60_000,
      stopWithinMs: 15_000,
      portTaken: 'address already in use',
      onUnexpectedEnd: options.onUnexpectedEnd,
    });
  }

  get url(): string {
    const { port } = this.life;
    if (port === 0) throw new Error('EmbeddedNats: start() comes first.');
    return `nats://127.0.0.1:${port}`;
  }

  /** The server's own pid while it runs. */
  get pid(): number | undefined {
    return this.life.pid;
  }

  /** Resolves when it accepts connections. Throws EmbeddedServerError; also when `stop` comes before it is up. */
  async start(): Promise<this> {
    await this.life.start();
    return this;
  }

  stop(): Promise<void> {
    return this.life.stop();
  }

  private async prepare(): Promise<void> {
    this.binary = findNatsServer();
    await this.endLeftoverServer();
  }

  private spawn(port: number): SupervisedProcess {
    const ports = this.portsDir();
    rmSync(ports, { recursive: true, force: true });
    mkdirSync(ports);
    const config = join(this.storeDir, 'nats-server.conf');
    writeFileSync(config, this.configuration(port));
    return new SupervisedProcess({
      command: this.binary,
      args: ['--config', config, '--ports_file_dir', ports],
      stopSignal: 'TERM',
      env: { PATH: process.env.PATH },
      cwd: this.storeDir,
      log: this.options.log,
    });
  }

  /**
   * Durability settings exist in the file only. JSON strings are valid strings of its syntax. What bounds the disk are the streams' own
   * limits (6 GiB together); the server's must leave room, because it counts a stream once for each replica that creates it at once.
   */
  private configuration(port: number): string {
    return `listen: "127.0.0.1:${port}"
server_name: "catalogue-sync"
max_payload: 1MB
jetstream {
  store_dir: ${JSON.stringify(this.storeDir)}
  max_memory_store: 256MB
  max_file_store: 128GB
}
`;
  }

  private portsDir(): string {
    return join(this.storeDir, 'ports');
  }

  /** The server writes a file once it listens, and names it after its pid. */
  private readyPid(): number | undefined {
    for (const name of readdirSync(this.portsDir())) {
      const pid = pidOf(name);
      if (pid !== undefined && statSync(join(this.portsDir(), name)).size > 0) return pid;
    }
    return undefined;
  }

  /** Called while holding the lock, so a server that still runs on this folder has lost its owner. */
  private async endLeftoverServer(): Promise<void> {
    if (!existsSync(this.portsDir())) return;
    const config = join(this.storeDir, 'nats-server.conf');
    for (const name of readdirSync(this.portsDir())) {
      const pid = pidOf(name);
      if (pid === undefined) continue;
      const runs = () => processCommand(pid)?.includes(config) === true;
      if (!runs()) continue;
      this.options.log?.(`Waiting for the nats-server of an earlier run to end (pid ${pid}).`);
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        if (runs()) process.kill(pid, signal);
        const until = Date.now() + 15_000;
        while (runs() && Date.now() < until) await sleep(50);
      }
    }
  }
}

/** The server's pid, from the name of the file in which it tells its ports. */
function pidOf(portsFile: string): number | undefined {
  const digits = /_(\d+)\.ports$/.exec(portsFile)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
