import type { MikroORM } from '@mikro-orm/postgresql';
import type { LeaseStore } from '@catalogue-sync/persistence';
import type { SnapshotFacts } from '../facts/snapshot-facts.js';
import { Purger } from '../purge/purger.js';
import { RebuildProvider } from '../rebuild/rebuild-provider.js';
import { PublishVersion } from '../seal/publish-version.js';
import { Sealer } from '../seal/sealer.js';
import { SegmentChangeStore } from '../seal/segment-change.store.js';
import { SegmentContentStore } from '../seal/segment-content.store.js';
import { SegmentStager } from '../seal/segment-stager.js';
import { SegmentTexts } from '../seal/segment-texts.js';
import { VersionStores } from '../seal/version-stores.js';
import { FoldStores } from '../store/fold-stores.js';
import { BatchFolder } from './batch-folder.js';
import { EventFolder } from './event-folder.js';
import type { EventLog } from './event-log.client.js';

export interface FoldParts {
  orm: MikroORM;
  leases: LeaseStore;
  facts: SnapshotFacts;
  log: EventLog;
}

/** Puts the fold together: stores below, seal and purge beside, the order of events on top. */
export function composeFold({ orm, leases, facts, log }: FoldParts): {
  folder: EventFolder;
  batches: BatchFolder;
  rebuild: RebuildProvider;
} {
  const stores = new FoldStores();
  const versions = new VersionStores();
  const texts = new SegmentTexts(new SegmentContentStore(), new SegmentChangeStore());
  const stager = new SegmentStager(orm, leases, texts, versions.segments);
  const publish = new PublishVersion(versions, facts);
  const sealer = new Sealer(orm, leases, stores, stager, versions, publish, facts);
  const purger = new Purger(orm, leases, stores.checkpoints, facts);
  const folder = new EventFolder(orm, leases, stores, sealer, purger);
  const rebuild = new RebuildProvider(orm, leases, log, stores, stager, versions, publish);
  return { folder, batches: new BatchFolder(folder, log), rebuild };
}
