import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProviderId } from '@catalogue-sync/contracts';
import { ManifestStore } from './manifest.store.js';
import { SegmentStore } from './segment.store.js';
import { SnapshotStore } from './snapshot.store.js';

/** Versions kept of a provider, beside the pinned one. */
const KEPT_VERSIONS = 5;

/** What a version is made of in the database: its row, its manifest, its segments. */
export class VersionStores {
  readonly snapshots = new SnapshotStore();
  readonly manifests = new ManifestStore();
  readonly segments = new SegmentStore();

  /** Removes what is too old to be kept beside the newest version. */
  async prune(em: SqlEntityManager, provider: ProviderId, newest: number): Promise<void> {
    const oldest = newest - KEPT_VERSIONS + 1;
    const pinned = await this.snapshots.prune(em, provider, oldest);
    const dropped = await this.manifests.prune(em, provider, oldest, pinned);
    await this.segments.collect(em, provider, dropped);
  }
}
