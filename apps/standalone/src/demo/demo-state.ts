import { isProviderId, type ProviderId } from '@catalogue-sync/contracts';
import type { DataDirectory } from '../data-directory.js';
import { DEMO_KEYS, type DemoKey } from './demo-catalogue.js';

/** What must be the same in the next run, so that the demo providers are still themselves. */
export interface DemoState {
  /** Movies and series of each provider. */
  size: number;
  simulatorPort: number;
  providers: Partial<Record<DemoKey, ProviderId>>;
}

const FILE = 'demo.json';

/** Undefined when there is none, or none that can be read. */
export function readDemoState(directory: DataDirectory): DemoState | undefined {
  const found = directory.readJson(FILE) as Partial<DemoState> | undefined;
  if (typeof found?.size !== 'number' || typeof found.simulatorPort !== 'number') return undefined;
  const providers: DemoState['providers'] = {};
  for (const key of DEMO_KEYS) {
    const id = found.providers?.[key];
    if (isProviderId(id)) providers[key] = id;
  }
  return { size: found.size, simulatorPort: found.simulatorPort, providers };
}

export function writeDemoState(directory: DataDirectory, state: DemoState): void {
  directory.writeJson(FILE, state);
}
