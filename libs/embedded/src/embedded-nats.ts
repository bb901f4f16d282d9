import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './embedded-server.error.js';
import { findFreePort } from './free-port.js';
import { findNatsServer } from './nats-binary.js';
import { processCommand } from './process-identity.js';
import { ProcessLock } from './process-lock.js';
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

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;

/** A real nats-server with JetStream as our child, on loopback. It ends when we end, and never has two owners. */
export class EmbeddedNats {
  private readonly storeDir: string;
  private server?: SupervisedProcess;
  private lock?: ProcessLock;
  private port = 0;
  private serverPid?: number;
  private starting?: Promise<void>;
  private stopping = false;

  constructor(private readonly options: EmbeddedNatsOptions) {
    this.storeDir = resolve(options.storeDir);
  }

  get url(): string {
    if (this.port === 0) throw new Error('EmbeddedNats: start() comes first.');
    return `nats://127.0.0.1:${this.port}`;
  }

  /** The server's own pid while it runs. */
  get pid(): number | undefined {
    return this.server !== undefined && this.server.end === undefined ? this.serverPid : undefined;
  }

  /** Resolves when it accepts connections. Throws EmbeddedServerError; also when `stop` comes before it is up. */
  async start(): Promise<this> {
    if (this.server !== undefined && this.server.end === undefined) return this;
    this.stopping = false;
    this.starting = this.prepareAndLaunch();
    try {
      await this.starting;
      return this;
    } catch (error) {
      this.release();
      throw error;
    } finally {
      this.starting = undefined;
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const server = this.server;
    this.server = undefined;
    await server?.stop(STOP_WITHIN_MS);
    await this.starting?.catch(() => undefined);
    this.release();
  }

  private release(): void {
    this.lock?.release();
    this.lock = undefined;
  }

  private async prepareAndLaunch(): Promise<void> {
    const binary = findNatsServer();
    mkdirSync(this.storeDir, { recursive: true });
    this.lock ??= ProcessLock.acquire(
      join(this.storeDir, 'owner.lock'),
      (pid) =>
        `The NATS data in ${this.storeDir} is in use by the process ${pid}. Stop that one first, or use another data directory.`,
    );
    await this.endLeftoverServer();
    await this.launch(binary);
  }

  private async launch(binary: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.stopping) throw stoppedWhileStarting();
      const wanted = this.port === 0 ? this.options.port : this.port;
      const server = this.spawn(binary, wanted === undefined ? -1 : await findFreePort(wanted));
      this.server = server;
      if (await this.untilReady(server)) {
        void server.ended.then((end) => {
          if (this.server !== server) return;
          this.options.onUnexpectedEnd?.(
            `nats-server ended (${end.signal ?? end.code}): ${end.lastLines.slice(-3).join(' | ')}`,
          );
        });
        return;
      }
      if (this.stopping) throw stoppedWhileStarting();
      const lastLines = server.end?.lastLines.join('\n') ?? '';
      if (!lastLines.includes('address already in use') || attempt === 5) {
        throw new EmbeddedServerError(
          'start-failed',
          `nats-server did not start on ${this.storeDir}. Its last lines:\n${lastLines}`,
        );
      }
    }
  }

  private spawn(binary: string, port: number): SupervisedProcess {
    const ports = this.portsDir();
    rmSync(ports, { recursive: true, force: true });
    mkdirSync(ports);
    const config = join(this.storeDir, 'nats-server.conf');
    writeFileSync(config, this.configuration(port));
    return new SupervisedProcess({
      command: binary,
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

  /** True when it accepts connections, false when it ended instead. */
  private async untilReady(server: SupervisedProcess): Promise<boolean> {
    const until = Date.now() + START_WITHIN_MS;
    while (server.end === undefined) {
      if (this.readPorts()) return true;
      if (Date.now() > until) {
        server.kill();
        await server.ended;
        break;
      }
      await Promise.race([server.ended, sleep(15)]);
    }
    return false;
  }

  /** The server names the file after its pid and writes it once it listens. */
  private readPorts(): boolean {
    const name = readdirSync(this.portsDir()).find((file) => file.endsWith('.ports'));
    if (name === undefined) return false;
    try {
      const { nats } = JSON.parse(readFileSync(join(this.portsDir(), name), 'utf8')) as { nats: string[] };
      this.port = Number(new URL(nats[0] ?? '').port);
      this.serverPid = Number(/_(\d+)\.ports$/.exec(name)?.[1]);
      return this.port > 0;
    } catch {
      // Half written.
      return false;
    }
  }

  /** Called while holding the lock, so a server that still runs on this folder has lost its owner. */
  private async endLeftoverServer(): Promise<void> {
    if (!existsSync(this.portsDir())) return;
    const config = join(this.storeDir, 'nats-server.conf');
    for (const name of readdirSync(this.portsDir())) {
      const pid = Number(/_(\d+)\.ports$/.exec(name)?.[1]);
      const runs = () => processCommand(pid)?.includes(config) === true;
      if (!(pid > 0) || !runs()) continue;
      this.options.log?.(`Waiting for the nats-server of an earlier run to end (pid ${pid}).`);
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        if (runs()) process.kill(pid, signal);
        const until = Date.now() + 15_000;
        while (runs() && Date.now() < until) await sleep(50);
      }
    }
  }
}

function stoppedWhileStarting(): EmbeddedServerError {
  return new EmbeddedServerError('start-failed', 'nats-server was stopped before it was up.');
}
