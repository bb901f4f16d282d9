import { findFreePort } from '@catalogue-sync/embedded';
import type { DataDirectory } from '../data-directory.js';
import { FULL_DEMO_SIZE } from '../cli-options.js';
import type { DemoProviderRef, Reporter } from '../events.js';
import {
  connectionOf,
  DEMO_KEYS,
  DEMO_PROVIDERS,
  simulatorCatalogues,
  type DemoKey,
  type SimulatedCatalogue,
} from './demo-catalogue.js';
import type { DemoPlaces } from './demo-commands.js';
import { readDemoState, writeDemoState, type DemoState } from './demo-state.js';
import { GatewayApi } from './gateway-api.js';
import { followSyncs } from './follow-syncs.js';
import { watchSyncs } from './watch-syncs.js';

/** The port that the simulator gets on a new data directory, if it is free. */
const SIMULATOR_PORT = 4080;

/** The two demo providers: registered once, the same ones in every later run. */
export class Demo {
  private readonly providers = new Map<DemoKey, DemoProviderRef>();

  private constructor(
    private readonly directory: DataDirectory,
    private readonly reporter: Reporter,
    private readonly state: DemoState,
    /** What to start the simulator with. */
    readonly simulator: { port: number; catalogues: unknown[] },
    private readonly portMoved: boolean,
  ) {}

  /** Decides about the simulator: on a directory that has the demo, the same catalogues at the same port, where that is free. */
  static async prepare(
    directory: DataDirectory,
    size: number | undefined,
    reporter: Reporter,
  ): Promise<Demo> {
    const kept = readDemoState(directory);
    if (kept !== undefined && size !== undefined && kept.size !== size)
      reporter.report({
        event: 'note',
        message: `The demo in ${directory.path} has ${kept.size} items a provider and keeps them; --demo-size counts on a new data directory.`,
      });
    const wanted = kept?.simulatorPort ?? (directory.ephemeral ? undefined : SIMULATOR_PORT);
    const port = await findFreePort(wanted);
    const state = kept ?? { size: size ?? FULL_DEMO_SIZE, simulatorPort: port, providers: {} };
    const moved = state.simulatorPort !== port;
    state.simulatorPort = port;
    writeDemoState(directory, state);
    return new Demo(directory, reporter, state, { port, catalogues: simulatorCatalogues(state.size) }, moved);
  }

  /** Registers what is missing and syncs what never finished, before the user's eyes. */
  async run(places: DemoPlaces, signal: AbortSignal): Promise<ReadonlyMap<DemoKey, DemoProviderRef>> {
    const api = new GatewayApi(places.api, this.directory.adminKey(), signal);
    for (const key of DEMO_KEYS) await this.ensureProvider(key, api, places, signal);
    await followSyncs(api, [...this.providers.values()], this.reporter, signal);
    return this.providers;
  }

  /** One line for every sync that ends from now on. */
  watch(apiUrl: string, signal: AbortSignal): Promise<void> {
    const api = new GatewayApi(apiUrl, this.directory.adminKey(), signal);
    return watchSyncs(api, [...this.providers.values()], this.reporter, signal);
  }

  private async ensureProvider(
    key: DemoKey,
    api: GatewayApi,
    { simulator }: DemoPlaces,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, settings, catalogue } = DEMO_PROVIDERS[key];
    const remembered = this.state.providers[key];
    // By name: a run that was killed between registering and remembering.
    const found =
      remembered === undefined ? await api.findProviderByName(name) : await api.findProvider(remembered);
    if (found === undefined && remembered !== undefined) {
      const provider = { id: remembered, name };
      this.reporter.report({ event: 'provider', provider, state: 'deleted' });
      return;
    }
    const connection = connectionOf(key, simulator, await describeCatalogue(simulator, catalogue, signal));
    const { id } = found ?? (await api.createProvider({ name, connection, settings }));
    if (found !== undefined && this.portMoved) await api.changeConnection(id, connection);
    const provider = { id, name: found?.name ?? name };
    this.state.providers[key] = id;
    writeDemoState(this.directory, this.state);
    this.providers.set(key, provider);
    if (found === undefined) {
      this.reporter.report({ event: 'provider', provider, state: 'registered' });
      return;
    }
    const state = this.portMoved ? 'moved' : 'known';
    this.reporter.report({ event: 'provider', provider, state, status: await api.syncStatus(id) });
  }
}

async function describeCatalogue(
  simulator: string,
  name: string,
  signal: AbortSignal,
): Promise<SimulatedCatalogue> {
  const response = await fetch(`${simulator}/control/catalogues/${name}`, { signal });
  if (!response.ok)
    throw new Error(`The simulator does not know its catalogue ${name} (${response.status}).`);
  return (await response.json()) as SimulatedCatalogue;
}
