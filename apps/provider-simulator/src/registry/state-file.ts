import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { CatalogueConfig } from '../catalogue/catalogue-config.js';
import type { TomorrowRequest } from '../catalogue/tomorrow.js';

/** A catalogue as a file remembers it: what it is computed from, and the days that passed. Its rows follow from these. */
export interface SavedCatalogue {
  config: CatalogueConfig;
  history: readonly TomorrowRequest[];
}

/** Keeps catalogues over restarts. Without a path it remembers nothing. */
export class StateFile {
  constructor(private readonly path: string | undefined) {}

  /** What the file holds; nothing when there is no file yet. Throws an Error that names the file when it cannot be read. */
  load(): SavedCatalogue[] {
    if (this.path === undefined) return [];
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as SavedCatalogue[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw new Error(`SIMULATOR_STATE_FILE ${this.path} cannot be read: mend it or delete it.`, {
        cause: error,
      });
    }
  }

  /** Replaces the file in one step. */
  save(catalogues: SavedCatalogue[]): void {
    if (this.path === undefined) return;
    const draft = `${this.path}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(catalogues), { mode: 0o600 });
    renameSync(draft, this.path);
  }
}
