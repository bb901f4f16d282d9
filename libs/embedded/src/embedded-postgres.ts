import { resolve } from 'node:path';
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
import { ServerLifecycle } from './server-lifecycle.js';
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

/** A real PostgreSQL from npm's binaries as our child. It ends when we end, and never has two owners. */
export class EmbeddedPostgres {
  private readonly dataDir: string;
  private readonly life: ServerLifecycle;
  private placement?: PostgresPlacement;
  private secret?: Buffer;
  /** How it was started when that was not plain (another account, copied binaries), in words. */
  note?: string;

  constructor(private readonly options: EmbeddedPostgresOptions) {
    this.dataDir = resolve(options.dataDir);
    this.life = new ServerLifecycle({
      name: 'PostgreSQL',
      folder: this.dataDir,
      preferredPort: options.port,
      prepare: () => this.prepare(),
      spawn: (port) => this.spawn(port),
      readyPid: () => this.placement && readyServer(clusterDir(this.placement)),
      // Crash recovery replays up to `max_wal_size`.
      startWithinMs: 300_000,
      stopWithinMs: 30_000,
      portTaken: 'Address already in use',
      onUnexpectedEnd: options.onUnexpectedEnd,
    });
  }

  /** Superuser, database `postgres`. */
  get url(): string {
    return this.urlFor(SUPERUSER);
  }

  /** The server's own pid while it runs. */
  get pid(): number | undefined {
    return this.life.pid;
  }

  /** With the password that belongs to the role: create the role with it (`new URL(url).password`). */
  urlFor(user: string, database = 'postgres'): string {
    if (this.secret === undefined) throw new Error('EmbeddedPostgres: start() comes first.');
    const password = passwordOf(this.secret, user);
    return `postgres://${encodeURIComponent(user)}:${password}@127.0.0.1:${this.life.port}/${encodeURIComponent(database)}`;
  }

  /** Resolves when it accepts connections. Throws EmbeddedServerError; also when `stop` comes before it is up. */
  async start(): Promise<this> {
    await this.life.start();
    return this;
  }

  /** Fast shutdown: open transactions are rolled back, a checkpoint is written. */
  stop(): Promise<void> {
    return this.life.stop();
  }

  private async prepare(): Promise<void> {
    const placement = placePostgres(findPostgresBinaries(), this.dataDir, this.options.placement);
    this.placement = placement;
    this.note = placement.note;
    if (placement.note !== undefined) this.options.log?.(placement.note);
    await endLeftoverServer(clusterDir(placement), this.options.log);
    this.secret = prepareCluster(placement, this.options.fsync !== false);
  }

  private spawn(port: number): SupervisedProcess {
    const { placement } = this;
    if (placement === undefined) throw new Error('EmbeddedPostgres: nothing is prepared.');
    const [command = '', ...args] = [
      ...placement.prefix,
      executable(placement.binaries, 'postgres'),
      '-D',
      clusterDir(placement),
      '-p',
      String(port),
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
}
