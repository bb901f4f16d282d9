import type { ProviderConnection, ProviderSettings } from '@catalogue-sync/contracts';
import { FULL_DEMO_SIZE } from '../cli-options.js';

export const DEMO_KEYS = ['stalker', 'xtream'] as const;
export type DemoKey = (typeof DEMO_KEYS)[number];

/** How many items the simulator makes. */
export interface DemoSizes {
  movies: number;
  series: number;
  channels: number;
}

const FULL: DemoSizes = { movies: 75_000, series: 8183, channels: 3000 };
const CATEGORIES = 63;

/** The proportions of the full demo: 83,183 movies and series, and 3,000 channels. */
export function demoSizes(items: number): DemoSizes {
  const series = Math.round((items * FULL.series) / FULL_DEMO_SIZE);
  const channels = Math.max(10, Math.round((items * FULL.channels) / FULL_DEMO_SIZE));
  return { movies: items - series, series, channels };
}

/** A demo provider: its name for people, and that of its catalogue in the simulator. */
export const DEMO_PROVIDERS: Record<
  DemoKey,
  { name: string; catalogue: string; settings: Partial<ProviderSettings> }
> = {
  // The simulator has no flood rules, and a person waits: faster than a real provider would be treated.
  stalker: {
    name: 'Demo Stalker portal',
    catalogue: 'demo-stalker',
    settings: { requestsPerSecond: 100_000, parallelRequests: 8, removalConfirmations: 1 },
  },
  xtream: {
    name: 'Demo Xtream panel',
    catalogue: 'demo-xtream',
    settings: { requestsPerSecond: 100_000, parallelRequests: 2, removalConfirmations: 1 },
  },
};

/** Creation bodies for the simulator: the same seeds in every run give the same catalogues. */
export function simulatorCatalogues(items: number): Record<string, unknown>[] {
  return DEMO_KEYS.map((key, i) => ({
    name: DEMO_PROVIDERS[key].catalogue,
    seed: 20_260 + i,
    ...demoSizes(items),
    vodCategories: CATEGORIES,
    pageSize: 14,
    profile: key === 'stalker' ? 'genuine' : 'panel',
  }));
}

/** What the simulator tells of a catalogue; more than this is there. */
export interface SimulatedCatalogue {
  version: number;
  account: { username: string; password: string; mac: string };
}

/** How our fetcher reaches the catalogue. */
export function connectionOf(
  key: DemoKey,
  simulator: string,
  catalogue: SimulatedCatalogue,
): ProviderConnection {
  const base = `${simulator}/${DEMO_PROVIDERS[key].catalogue}`;
  const { username, password, mac } = catalogue.account;
  return key === 'stalker'
    ? { protocol: 'stalker', url: `${base}/c/`, mac }
    : { protocol: 'xtream', url: base, username, password };
}
