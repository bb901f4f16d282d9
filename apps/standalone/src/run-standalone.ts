import { DataDirectory } from './data-directory.js';
import type { StandaloneOptions } from './cli-options.js';
import { demoCommands } from './demo/demo-commands.js';
import { Demo } from './demo/demo.js';
import { GatewayApi } from './demo/gateway-api.js';
import type { Addresses, Command, Reporter } from './events.js';
import type { StopRequest } from './process/stop-request.js';
import type { ServiceEntries } from './service-catalog.js';
import { System, type SystemOptions } from './system.js';

/** What a test puts in place of the real thing. */
export interface StandaloneParts {
  entries: ServiceEntries;
  reporter: Reporter;
  stop: StopRequest;
  execArgv?: string[];
  restarts?: SystemOptions['restarts'];
  /** Gets the system as soon as it exists, to be killed by force. */
  onSystem?: (system: System) => void;
}

/** Starts everything, shows the demo, and stays up until it is told to stop. Answers the exit code. */
export async function runStandalone(options: StandaloneOptions, parts: StandaloneParts): Promise<number> {
  const { reporter } = parts;
  let directory: DataDirectory | undefined;
  let system: System | undefined;
  let exitCode = 0;
  try {
    directory = DataDirectory.open(options.dataDir);
    reporter.report({ event: 'starting', dataDir: directory.path, ephemeral: directory.ephemeral });
    const demo = options.demo ? await Demo.prepare(directory, options.demoSize, reporter) : undefined;
    system = new System({
      directory,
      entries: parts.entries,
      reporter,
      replicas: options.replicas,
      gatewayPort: options.port,
      ...(demo === undefined ? {} : { simulator: demo.simulator }),
      execArgv: parts.execArgv,
      restarts: parts.restarts,
    });
    parts.onSystem?.(system);
    await untilStopped(serve(directory, system, demo, parts), system, parts.stop);
  } catch (error) {
    // What fails because we are stopping is no failure.
    if (!parts.stop.signal.aborted) {
      exitCode = 1;
      reporter.report({ event: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  }
  if (parts.stop.signal.aborted)
    reporter.report({ event: 'stopping', reason: String(parts.stop.signal.reason) });
  await system?.stop();
  directory?.close();
  return exitCode;
}

/** Comes back on a wish to stop; throws when it fails before. */
async function untilStopped(work: Promise<never>, system: System, stop: StopRequest): Promise<void> {
  work.catch(() => undefined);
  await Promise.race([work, system.failed, stop.requested]);
}

/** Never ends by itself. */
async function serve(
  directory: DataDirectory,
  system: System,
  demo: Demo | undefined,
  { reporter, stop }: StandaloneParts,
): Promise<never> {
  const began = performance.now();
  const addresses = await system.start();
  directory.announce({ api: addresses.api, nats: addresses.nats, postgres: addresses.postgres });
  const seconds = (performance.now() - began) / 1000;
  const api = new GatewayApi(addresses.api, directory.adminKey(), stop.signal);
  const atReady = {
    dataDir: directory.path,
    pids: system.pids(),
    metrics: system.metrics(),
    seconds,
    ...(await loginLink(api, addresses)),
  };
  reporter.report({ event: 'ready', ...atReady, ...addresses });
  let commands: Command[] = [];
  if (demo !== undefined && addresses.simulator !== undefined) {
    const places = { api: addresses.api, simulator: addresses.simulator };
    const providers = await demo.run(places, stop.signal);
    commands = demoCommands(places, addresses.adminKeyFile, providers);
  }
  const upFields: { addresses: Addresses; login?: string; dataDir: string; ephemeral: boolean } = {
    addresses,
    ...(await loginLink(api, addresses)),
    dataDir: directory.path,
    ephemeral: directory.ephemeral,
  };
  reporter.report({ event: 'up', ...upFields, commands });
  await demo?.watch(addresses.api, stop.signal);
  return new Promise<never>(() => undefined);
}

/** Without one a key does as well, so that it is no reason to fail. */
async function loginLink(api: GatewayApi, { api: url }: Addresses): Promise<{ login?: string }> {
  try {
    return { login: `${url}${await api.createLoginLink()}` };
  } catch {
    return {};
  }
}
