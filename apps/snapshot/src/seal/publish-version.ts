import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ItemKind, JobId, ProviderId } from '@catalogue-sync/contracts';
import {
  SECTIONS_OF_KIND,
  documentSize,
  measureBody,
  type DocumentHead,
} from '@catalogue-sync/snapshot-format';
import { faultPoint } from '@catalogue-sync/observability';
import type { SnapshotFacts } from '../facts/snapshot-facts.js';
import type { Checkpoint } from '../store/checkpoint.store.js';
import type { SegmentRun } from './segment-run.store.js';
import type { VersionStores } from './version-stores.js';

/** Makes the open manifest a version, in the transaction that wrote it. */
export class PublishVersion {
  constructor(
    private readonly versions: VersionStores,
    private readonly facts: SnapshotFacts,
  ) {}

  /** The version becomes the current one, tells of itself, and what is too old goes. `seq` is where it stands, `jobId` the job behind it. */
  async run(
    em: SqlEntityManager,
    provider: ProviderId,
    version: number,
    { seq, jobId }: { seq: number; jobId: JobId },
    {
      counts,
      imageBaseUrl,
      incompleteScopes,
    }: Pick<Checkpoint, 'counts' | 'imageBaseUrl' | 'incompleteScopes'>,
  ): Promise<void> {
    const manifest = await this.versions.manifests.open(em, provider);
    const totals = totalsOf(manifest);
    const now = await this.versions.snapshots.now(em);
    const head: DocumentHead = {
      snapshotVersion: version,
      providerId: provider,
      generatedAt: now,
      confirmedAt: now,
      asOfSeq: seq,
      incompleteScopes,
      ...(imageBaseUrl === undefined ? {} : { imageBaseUrl }),
      stats: {
        totalMovies: totals.movie,
        totalSeries: totals.series,
        totalChannels: totals.channel,
        newItemsAdded: counts.added,
        itemsUpdated: counts.updated,
        itemsRemoved: counts.removed,
      },
    };
    const body = measureBody(manifest);
    await this.versions.snapshots.publish(em, provider, { head, body, jobId });
    await faultPoint('snapshot.prune.before');
    await this.versions.segments.endStaging(em, provider);
    await this.versions.prune(em, provider, version);
    const size = documentSize(head, body);
    await this.facts.published(em, {
      providerId: provider,
      jobId,
      version,
      asOfSeq: seq,
      compressedBytes: size.gzipBytes,
      plainBytes: size.plainBytes,
      totals,
    });
  }

  /** Call after the commit. */
  announce(): void {
    this.facts.announce();
  }
}

function totalsOf(manifest: readonly SegmentRun[]): Record<ItemKind, number> {
  const count = (kind: ItemKind) =>
    manifest
      .filter(({ section }) => section === SECTIONS_OF_KIND[kind].items)
      .reduce((sum, { itemCount }) => sum + itemCount, 0);
  return { channel: count('channel'), movie: count('movie'), series: count('series') };
}
