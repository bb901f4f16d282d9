import { ManifestStore } from './manifest.store.js';
import { SegmentStore } from './segment.store.js';
import { SnapshotStore } from './snapshot.store.js';

/** What a version is made of in the database: its row, its manifest, its segments. */
export class VersionStores {
  readonly snapshots = new SnapshotStore();
  readonly manifests = new ManifestStore();
  readonly segments = new SegmentStore();
}
