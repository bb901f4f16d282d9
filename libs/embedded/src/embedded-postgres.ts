import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './embedded-server.error.js';
import { findFreePort } from './free-port.js';
import { executable, findPostgresBinaries } from './postgres-binaries.js';
import {
  clusterDir,
  endLeftoverServer,
  identity,
  passwordOf,
  POSTGRES_ENV,
  prepareCluster,
  readyServer,
  SUPERUSER,
} from './postgres-cluster.js';
import { placePostgres, type PlacementRules, type PostgresPlacement } from './postgres-placement.js';
import { postgresSettings } from './postgres-settings.js';
import { ProcessLock } from './process-lock.js';
import { SupervisedProcess } from './supervised-process.js';

export interface EmbeddedPostgresOptions {
  /** Ours alone; made when missing. Holds the cluster, its lock and the secret of its passwords. */
  dataDir: string;
  /** Where to start looking for a free port; without it any free port is taken. */
  port?: number;
  /** False only for tests: faster, and lost when the machine goes down. */
  fsync?: boolean;
  /** What the server writes, and notes about how it was started. */
  log?: (line: string) => void;
  /** Called when the server ends without having been told to. `start()` may be called again then. */
  onUnexpectedEnd?: (reason: string) => void;
  /** What root may do where the server's account cannot reach the data or the binaries. */
  placement?: PlacementRules;
}

/** Crash recovery replays up to `max_wal_size`. */
const START_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 30_000;

/** A real PostgreSQL from npm's binaries as our child. It ends when we end, and never has two owners. */
export class EmbeddedPostgres {
  private readonly dataDir: string;
  private server?: SupervisedProcess;
  private lock?: ProcessLock;
  private secret?: Buffer;
  private port = 0;
  private serverPid?: number;
  private starting?: Promise<void>;
  private stopping = false;
  /** How it was started when that was not plain (another account, copied binaries), in words. */
  note?: string;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    this.dataDir = resolve(options.dataDir);
  }

  /** Superuser, database `postgres`. */
  get url(): string {
    return this.urlFor(SUPERUSER);
  }

  /** The server's own pid while it runs. */
  get pid(): number | undefined {
    return this.server !== undefined && this.server.end === undefined ? this.serverPid : undefined;
  }

  /** With the password that belongs to the role: create the role with it (`new URL(url).password`). */
  urlFor(user: string, database = 'postgres'): string {
    if (this.secret === undefined) throw new Error('EmbeddedPostgres: start() comes first.');
    const password = passwordOf(this.secret, user);
    return `postgres://${encodeURIComponent(user)}:${password}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
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

  /** Fast shutdown: open transactions are rolled back, a checkpoint is written. */
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
    mkdirSync(this.dataDir, { recursive: true });
    this.lock ??= ProcessLock.acquire(
      join(this.dataDir, 'owner.lock'),
      (pid) =>
        `The PostgreSQL data in ${this.dataDir} is in use by the process ${pid}. Stop that one first, or use another data directory.`,
    );
    const placement = placePostgres(findPostgresBinaries(), this.dataDir, this.options.placement);
    this.note = placement.note;
    if (placement.note !== undefined) this.options.log?.(placement.note);
    await endLeftoverServer(clusterDir(placement), this.options.log);
    this.secret = prepareCluster(placement, this.options.fsync !== false);
    await this.launch(placement);
  }

  private async launch(placement: PostgresPlacement): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.stopping) throw stoppedWhileStarting();
      // After an unexpected end the same port again: others hold our URL.
      this.port = await findFreePort(this.port === 0 ? this.options.port : this.port);
      const server = this.spawn(placement);
      this.server = server;
      const pid = await this.untilReady(server, clusterDir(placement));
      if (pid !== undefined) {
        this.serverPid = pid;
        void server.ended.then((end) => {
          if (this.server !== server) return;
          this.options.onUnexpectedEnd?.(
            `PostgreSQL ended (${end.signal ?? end.code}): ${end.lastLines.slice(-3).join(' | ')}`,
          );
        });
        return;
      }
      if (this.stopping) throw stoppedWhileStarting();
      const lastLines = server.end?.lastLines.join('\n') ?? '';
      const portWasTaken = lastLines.includes('Address already in use');
      if (!portWasTaken || attempt === 5) {
        throw new EmbeddedServerError(
          'start-failed',
          `PostgreSQL did not start on ${this.dataDir}. Its last lines:\n${lastLines}`,
        );
      }
    }
  }

  private spawn(placement: PostgresPlacement): SupervisedProcess {
    const [command = '', ...args] = [
      ...placement.prefix,
      executable(placement.binaries, 'postgres'),
      '-D',
      clusterDir(placement),
      '-p',
      String(this.port),
      ...postgresSettings(this.options.fsync !== false),
    ];
    return new SupervisedProcess({
      command,
      args,
      // SIGINT is the fast shutdown; SIGTERM would wait for the clients to leave.
      stopSignal: 'INT',
      env: POSTGRES_ENV,
      cwd: clusterDir(placement),
      ...identity(placement),
      log: this.options.log,
    });
  }

  /** The server's pid, or undefined when it ended instead. */
  private async untilReady(server: SupervisedProcess, cluster: string): Promise<number | undefined> {
    const until = Date.now() + START_WITHIN_MS;
    while (server.end === undefined) {
      const pid = readyServer(cluster);
      if (pid !== undefined) return pid;
      if (Date.now() > until) {
        server.kill();
        await server.ended;
        break;
      }
      await Promise.race([server.ended, sleep(15)]);
    }
    return undefined;
  }
}

function stoppedWhileStarting(): EmbeddedServerError {
  return new EmbeddedServerError('start-failed', 'PostgreSQL was stopped before it was up.');
}
