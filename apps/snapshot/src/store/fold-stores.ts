import { CheckpointStore } from './checkpoint.store.js';
import { DirtySegmentStore } from './dirty-segment.store.js';
import { ProjectionStore } from './projection.store.js';

/** What a fold writes, in one transaction. */
export class FoldStores {
  readonly checkpoints = new CheckpointStore();
  readonly projection = new ProjectionStore();
  readonly dirty = new DirtySegmentStore();
}
