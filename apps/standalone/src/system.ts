import { appendFileSync } from 'node:fs';
import { EmbeddedNats, EmbeddedPostgres, findFreePort } from '@catalogue-sync/embedded';
import type { DataDirectory } from './data-directory.js';
import { DATABASE, prepareDatabase } from './database.js';
import type { Addresses, Reporter } from './events.js';
import { EmbeddedPart } from './process/embedded-part.js';
import type { RestartPolicy } from './process/backoff.js';
import { ServiceProcess, type ReadyMessage } from './process/service-process.js';
import {
  NICENESS,
  SERVICE_NODE_ARGS,
  serviceEnvironment,
  START_ORDER,
  STOP_ORDER,
  type EnvironmentSource,
  type ServiceEntries,
  type ServiceName,
} from './service-catalog.js';

export interface SystemOptions {
  directory: DataDirectory;
  entries: ServiceEntries;
  reporter: Reporter;
  replicas: number;
  /** Where to start looking for the gateway's port; 0: any. */
  gatewayPort: number;
  /** Absent: no simulator. */
  simulator?: { port: number; catalogues: unknown[] };
  /** Node's arguments for the services. */
  execArgv?: string[];
  restarts?: RestartPolicy;
}

/** The usual port of NATS; the next free one when it is busy. */
const NATS_PORT = 4222;
/** Where it listens, and so a private host that the fetcher may ask. */
const SIMULATOR_HOST = '127.0.0.1';
const PORT_TAKEN = /EADDRINUSE/;

/** The servers and services of one data directory. */
export class System {
  private readonly services: ServiceProcess[] = [];
  private readonly postgres: EmbeddedPart<EmbeddedPostgres>;
  private readonly nats: EmbeddedPart<EmbeddedNats>;
  private stopping = false;
  private fail: (error: Error) => void = () => undefined;
  /** Rejects when a part died and cannot be brought back. */
  readonly failed: Promise<never>;

  constructor(private readonly options: SystemOptions) {
    const { directory, restarts } = options;
    this.failed = new Promise((_, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    const hooks = {
      started: (name: string, pid: number, seconds: number, again: boolean) =>
        this.report({ event: 'started', name, replica: 1, pid, seconds, again }),
      died: (name: string, reason: string, againInMs: number) =>
        this.report({ event: 'ended', name, replica: 1, reason, againInMs }),
      gaveUp: (_: string, error: Error) => this.fail(error),
    };
    this.postgres = new EmbeddedPart(
      'postgres',
      (onUnexpectedEnd) =>
        new EmbeddedPostgres({
          dataDir: directory.at('postgres'),
          fsync: !directory.ephemeral,
          log: logTo(directory.freshLog('postgres')),
          onUnexpectedEnd,
        }),
      hooks,
      restarts,
    );
    this.nats = new EmbeddedPart(
      'nats',
      (onUnexpectedEnd) =>
        new EmbeddedNats({
          storeDir: directory.at('nats'),
          ...(directory.ephemeral ? {} : { port: NATS_PORT }),
          log: logTo(directory.freshLog('nats')),
          onUnexpectedEnd,
        }),
      hooks,
      restarts,
    );
  }

  /** Resolves when everything is up. After a rejection, `stop` ends what was started. */
  async start(): Promise<Addresses> {
    const { directory, simulator } = this.options;
    const credentialsKeyFile = directory.credentialsKeyFile();
    const adminKeyFile = directory.adminKeyFile();
    await allOrFirstError<unknown>([this.startPostgres(), this.nats.start()]);
    const source: EnvironmentSource = {
      natsUrl: this.nats.server.url,
      databases: await prepareDatabase(this.postgres.server),
      credentialsKeyFile,
      adminKeyFile,
      allowedPrivateHosts: [process.env.ALLOWED_PRIVATE_HOSTS, simulator && SIMULATOR_HOST]
        .filter(Boolean)
        .join(','),
      spoolDir: directory.at('spool'),
      snapshotCacheDir: directory.at('snapshot-cache'),
      simulatorStateFile: directory.at('simulator.json'),
      simulatorPort: simulator?.port ?? 0,
      simulatorCatalogues: simulator?.catalogues ?? [],
    };
    const urls = new Map<ServiceName, string[]>();
    for (const names of START_ORDER) {
      const wanted = names.filter((name) => name !== 'provider-simulator' || simulator !== undefined);
      const ready = await allOrFirstError(wanted.map((name) => this.startReplicas(name, source)));
      wanted.forEach((name, i) => urls.set(name, ready[i]?.map((message) => message.url ?? '') ?? []));
    }
    const apis = (urls.get('gateway') ?? []).map((url) => url.replace(/\/$/, ''));
    const simulatorUrl = urls.get('provider-simulator')?.[0]?.replace(/\/$/, '');
    const postgresUrl = new URL(this.postgres.server.url);
    postgresUrl.pathname = `/${DATABASE}`;
    return {
      api: apis[0] ?? '',
      apis,
      adminKeyFile,
      nats: this.nats.server.url,
      postgres: postgresUrl.toString(),
      ...(simulatorUrl === undefined ? {} : { simulator: simulatorUrl }),
    };
  }

  /** Of everything that runs, by name. */
  pids(): Record<string, number[]> {
    const pids: Record<string, number[]> = {};
    for (const name of STOP_ORDER) {
      const found =
        name === 'postgres' || name === 'nats'
          ? [this[name].server.pid]
          : this.services.filter((service) => service.spec.name === name).map((service) => service.pid);
      const running = found.filter((pid) => pid !== undefined);
      if (running.length > 0) pids[name] = running;
    }
    return pids;
  }

  /** Where the services that serve nothing else tell their metrics, by name. A service that died and was started again tells them elsewhere. */
  metrics(): Record<string, string[]> {
    const metrics: Record<string, string[]> = {};
    for (const { spec, metricsUrl } of this.services)
      if (metricsUrl !== undefined) metrics[spec.name] = [...(metrics[spec.name] ?? []), metricsUrl];
    return metrics;
  }

  /** Ends everything in order; what never started is passed over. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const name of STOP_ORDER) {
      const stops = this.stopsOf(name);
      if (stops.length === 0) continue;
      const began = performance.now();
      await Promise.all(stops.map((stop) => stop()));
      this.report({ event: 'stopped', name, seconds: (performance.now() - began) / 1000 });
    }
  }

  /** At once and without order; the embedded servers end by themselves when this process does. */
  kill(): void {
    for (const service of this.services) service.kill();
  }

  private stopsOf(name: (typeof STOP_ORDER)[number]): (() => Promise<void>)[] {
    if (name === 'postgres' || name === 'nats') return [() => this[name].stop()];
    return this.services
      .filter((service) => service.spec.name === name)
      .map((service) => () => service.stop());
  }

  private async startPostgres(): Promise<void> {
    const { server } = this.postgres;
    await this.postgres.start();
    if (server.note !== undefined) this.report({ event: 'note', message: server.note });
  }

  private startReplicas(name: ServiceName, source: EnvironmentSource): Promise<ReadyMessage[]> {
    const replicas = name === 'provider-simulator' ? 1 : this.options.replicas;
    const starts = Array.from({ length: replicas }, (_, i) => this.startService(name, i + 1, source));
    return allOrFirstError(starts);
  }

  private async startService(
    name: ServiceName,
    replica: number,
    source: EnvironmentSource,
  ): Promise<ReadyMessage> {
    const logFile = this.options.directory.freshLog(this.options.replicas > 1 ? `${name}-${replica}` : name);
    for (let attempt = 1; ; attempt += 1) {
      if (this.stopping) throw new Error('Stopped while starting.');
      const env = serviceEnvironment(name, replica, source);
      if (name === 'gateway') env.PORT = String(await this.gatewayPort(replica, attempt));
      const service = new ServiceProcess(
        {
          name,
          replica,
          entry: this.options.entries[name],
          env,
          logFile,
          execArgv: [...SERVICE_NODE_ARGS, ...(this.options.execArgv ?? [])],
          niceness: NICENESS[name] ?? 0,
        },
        this.serviceHooks(),
        this.options.restarts,
      );
      this.services.push(service);
      try {
        return await service.start();
      } catch (error) {
        const portWasTaken = error instanceof Error && PORT_TAKEN.test(error.message);
        if (!portWasTaken || attempt === 5) throw error;
        this.services.splice(this.services.indexOf(service), 1);
      }
    }
  }

  /** Replicas look on from where the one before them may have found its port. */
  private async gatewayPort(replica: number, attempt: number): Promise<number> {
    const wanted = this.options.gatewayPort;
    if (wanted === 0) return findFreePort();
    const start = Math.min(wanted + (replica - 1) * 10 + (attempt - 1), 65_535);
    const port = await findFreePort(start);
    if (replica === 1 && port !== wanted)
      this.report({ event: 'note', message: `Port ${wanted} is busy: the API listens on ${port}.` });
    return port;
  }

  private serviceHooks() {
    return {
      started: ({ spec, pid = 0 }: ServiceProcess, seconds: number, again: boolean) =>
        this.report({ event: 'started', name: spec.name, replica: spec.replica, pid, seconds, again }),
      died: ({ spec }: ServiceProcess, reason: string, againInMs: number) =>
        this.report({ event: 'ended', name: spec.name, replica: spec.replica, reason, againInMs }),
      gaveUp: (_: ServiceProcess, error: Error) => this.fail(error),
    };
  }

  private report(event: Parameters<Reporter['report']>[0]): void {
    this.options.reporter.report(event);
  }
}

/** Waits for all, so that nothing is still starting when the first error is thrown. */
async function allOrFirstError<T>(tasks: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}

function logTo(file: string): (line: string) => void {
  return (line) => appendFileSync(file, `${line}\n`);
}
