import { isDeepStrictEqual } from 'node:util';
import { completeConfig, type CatalogueRequest } from '../catalogue/catalogue-config.js';
import type { CatalogueChanges, TomorrowRequest } from '../catalogue/tomorrow.js';
import { SimulatedProvider } from '../simulated-provider.js';
import { StateFile, type SavedCatalogue } from './state-file.js';

/** The catalogues that are served, by name. */
export class CatalogueRegistry {
  readonly #providers = new Map<string, SimulatedProvider>();

  #stateFile = new StateFile(undefined);

  /** Brings back what the state file holds, then creates `initial`; one that is already there, unchanged, keeps the days that passed. */
  open(initial: readonly CatalogueRequest[], statePath?: string): this {
    this.#stateFile = new StateFile(statePath);
    for (const saved of this.#stateFile.load()) this.#restore(saved);
    for (const request of initial) {
      const known = this.find(request.name)?.catalogue.config;
      if (known === undefined || !isDeepStrictEqual(known, completeConfig(request))) this.put(request);
    }
    return this;
  }

  find(name: string): SimulatedProvider | undefined {
    return this.#providers.get(name);
  }

  all(): SimulatedProvider[] {
    return [...this.#providers.values()];
  }

  /** Creates a catalogue, or replaces the one of that name with all its sessions, faults and counts. */
  put(request: CatalogueRequest): SimulatedProvider {
    const provider = new SimulatedProvider(completeConfig(request));
    this.#providers.set(request.name, provider);
    this.#save();
    return provider;
  }

  tomorrow(provider: SimulatedProvider, request: TomorrowRequest): CatalogueChanges {
    const changes = provider.catalogue.tomorrow(request);
    this.#save();
    return changes;
  }

  remove(name: string): boolean {
    const known = this.#providers.delete(name);
    this.#save();
    return known;
  }

  #restore({ config, history }: SavedCatalogue): void {
    const provider = new SimulatedProvider(config);
    for (const day of history) provider.catalogue.tomorrow(day);
    this.#providers.set(config.name, provider);
  }

  #save(): void {
    this.#stateFile.save(
      this.all().map(({ catalogue }) => ({ config: catalogue.config, history: catalogue.history })),
    );
  }
}
