import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Simulator } from '../../e2e/support/simulator.js';
import { System as Driver } from '../../e2e/support/system.js';
import { DataDirectory } from '../../src/data-directory.js';
import type { RestartPolicy } from '../../src/process/backoff.js';
import { BUILT_ENTRIES } from '../../src/service-catalog.js';
import { System } from '../../src/system.js';
import { FAULT_SWITCH_SCRIPT, switchFaults } from './fault-switch.js';
import { Happenings } from './happenings.js';

/** Who can be hurt. */
const SERVICES = ['fetcher', 'reconciler', 'snapshot', 'gateway'] as const;
export type Service = (typeof SERVICES)[number];
export type Server = 'postgres' | 'nats';

export interface RigOptions {
  /** Processes of each service; 1 unless told. */
  replicas?: number;
  /** For the services, beside what they get anyway. */
  env?: Record<string, string>;
}

/** Rows kill on purpose, and often: whatever dies comes back soon, and never too often. */
const RESTARTS: RestartPolicy = {
  firstDelayMs: 100,
  longestDelayMs: 2_000,
  attempts: 30,
  healthyAfterMs: 1_000,
};

/** Shorter than in production, so that a row does not wait for them. */
const SHORT_TIMES = {
  LEASE_TTL_MS: '2000',
  RELAY_SWEEP_MS: '3000',
  ALLOWED_PRIVATE_HOSTS: 'localhost,127.0.0.0/8',
};

/**
 * The whole system on durable storage, as `npm start` runs it, with what is needed to hurt it: fault points that are armed while it runs,
 * the pids of its processes, and a simulator of its providers.
 */
export class Rig {
  private constructor(
    private readonly folder: string,
    private readonly directory: DataDirectory,
    private readonly parts: System,
    readonly happenings: Happenings,
    readonly simulator: Simulator,
    /** The same drive over HTTP that the end-to-end tests use. */
    readonly system: Driver,
  ) {}

  static async start(options: RigOptions = {}): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'catalogue-sync-faults-'));
    // Postgres may have to run as another account, which must be able to pass through.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'switches'));
    const env = { ...SHORT_TIMES, ...options.env, FAULT_SWITCH_DIR: join(folder, 'switches') };
    Object.assign(process.env, env);
    const directory = DataDirectory.open(join(folder, 'data'));
    const happenings = new Happenings();
    const parts = new System({
      directory,
      entries: BUILT_ENTRIES,
      reporter: happenings,
      replicas: options.replicas ?? 1,
      gatewayPort: 0,
      execArgv: ['--import', pathToFileURL(FAULT_SWITCH_SCRIPT).href],
      restarts: RESTARTS,
    });
    try {
      const [addresses, simulator] = await Promise.all([parts.start(), Simulator.start()]);
      const driver = Driver.at({ event: 'ready', ...addresses, pids: parts.pids() });
      return new Rig(folder, directory, parts, happenings, simulator, driver);
    } catch (error) {
      await parts.stop();
      throw error;
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
    }
  }

  /** Ends everything; `FAULTS_KEEP=1` leaves the data directory, logs included, to be looked at. */
  async stop(): Promise<void> {
    await Promise.all([this.parts.stop(), this.simulator.stop()]);
    this.directory.close();
    if (process.env['FAULTS_KEEP'] === '1') console.error(`Kept: ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true });
  }

  /** Superuser's URL of the services' database. */
  get postgresUrl(): string {
    return this.system.ready.postgres;
  }

  get natsUrl(): string {
    return this.system.ready.nats;
  }

  /** JetStream's files. */
  get natsStore(): string {
    return this.directory.at('nats', 'jetstream');
  }

  /** Of the replicas that run. */
  pids(name: Service | Server): number[] {
    return this.parts.pids()[name] ?? [];
  }

  /** How often any service has died so far: a fault of a server or a provider must kill none. */
  get serviceDeaths(): number {
    return SERVICES.reduce((sum, name) => sum + this.happenings.deathsOf(name), 0);
  }

  /** Arms fault points (`name=kill@2`, several separated by commas) in every replica of the service. */
  async arm(service: Service, setting: string): Promise<void> {
    await Promise.all(this.pids(service).map((pid) => this.armProcess(pid, setting)));
  }

  async armProcess(pid: number, setting: string): Promise<void> {
    await switchFaults(join(this.folder, 'switches'), pid, setting);
  }

  async disarm(service: Service): Promise<void> {
    await this.arm(service, '');
  }

  /** kill -9 of a server that stays away for so long; resolves when it is up again. */
  async killForAWhile(name: Server, awayMs: number): Promise<void> {
    // It is this process that starts it again, so nobody is kept waiting but the services.
    await this.kill(name, () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, awayMs));
  }

  /** kill -9 of every replica; resolves when all are up again. `whileDead` (synchronous) runs before the first is started again. */
  async kill(name: Service | Server, whileDead?: () => void): Promise<void> {
    if (whileDead) this.happenings.whileDead(name, whileDead);
    const pids = this.pids(name);
    const wanted = this.happenings.restartsOf(name) + pids.length;
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await this.happenings.restartedTimes(name, wanted);
  }
}
