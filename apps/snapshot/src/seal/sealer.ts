import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobReconciled, ProviderId } from '@catalogue-sync/contracts';
import { faultPoint, metrics } from '@catalogue-sync/observability';
import type { Lease, LeaseStore } from '@catalogue-sync/persistence';
import type { SnapshotFacts } from '../facts/snapshot-facts.js';
import type { Checkpoint } from '../store/checkpoint.store.js';
import type { FoldStores } from '../store/fold-stores.js';
import { incompleteAfter } from './incomplete-scopes.js';
import { planSeal } from './plan-seal.js';
import type { PublishVersion } from './publish-version.js';
import type { SegmentStager } from './segment-stager.js';
import type { VersionStores } from './version-stores.js';

const sealSeconds = metrics.histogram(
  'snapshot_seal_seconds',
  'Time to seal or confirm a version, in seconds',
);
const segmentsBuilt = metrics.counter('snapshot_segments_built_total', 'Segments built for new versions');

/** The position of the event that ends a job. */
export interface JobEnd {
  seq: number;
  /** The position before it. */
  follows: number;
  streamSeq: number | undefined;
  job: JobReconciled;
}

/** Folds `JobReconciled`: turns what changed since the last version into a new one, or confirms the last one when nothing did. */
export class Sealer {
  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly stores: FoldStores,
    private readonly stager: SegmentStager,
    private readonly versions: VersionStores,
    private readonly publishVersion: PublishVersion,
    private readonly facts: SnapshotFacts,
  ) {}

  /**
   * Everything before `end.seq` must be folded. Segments are staged first, in transactions of their own; one last transaction makes the version
   * complete and current, moves the checkpoint and tells of it: before it commits there is nothing to see, after it everything.
   */
  async seal(provider: ProviderId, lease: Lease, end: JobEnd, signal: AbortSignal): Promise<void> {
    if (await this.passesBy(provider, lease, end)) return;
    const stop = sealSeconds.startTimer();
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      await this.versions.manifests.runs.ensure(em, provider);
    });
    const plan = planSeal(await this.stores.dirty.groups(this.orm.em.fork(), provider));
    const built = await this.stager.stage(provider, lease, plan.tasks, signal);
    await this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const before = await this.stores.checkpoints.lock(em, provider);
      if (before.state === 'deleted' || end.follows !== before.seq) return;
      const version = before.version + 1;
      const imageBaseUrl = end.job.imageBaseUrl ?? before.imageBaseUrl;
      const moved = await this.versions.manifests.replace(em, provider, version, built, plan.regrouped);
      await this.stores.dirty.clear(em, provider);
      const first = before.version === 0 && end.job.outcome === 'completed';
      const changed = moved || first || (before.version > 0 && imageBaseUrl !== before.imageBaseUrl);
      const after = {
        ...before,
        imageBaseUrl,
        incompleteScopes: incompleteAfter(end.job, before.incompleteScopes),
      };
      if (changed)
        await this.publishVersion.run(em, provider, version, { seq: end.seq, jobId: end.job.jobId }, after);
      else await this.confirm(em, provider, end, after);
      await this.stores.checkpoints.endJob(em, provider, {
        seq: end.seq,
        streamSeq: end.streamSeq,
        version: changed ? version : before.version,
        jobId: end.job.jobId,
        changed,
        imageBaseUrl,
        incompleteScopes: after.incompleteScopes,
      });
      await faultPoint('snapshot.seal.before-commit');
    });
    stop();
    segmentsBuilt.inc(built.length);
    this.facts.announce();
    await faultPoint('snapshot.seal.after-commit');
  }

  /** Where the log was trimmed the fold lacks items until it is beyond: nothing is sealed or told then, and what is dirty stays so. */
  private async passesBy(provider: ProviderId, lease: Lease, end: JobEnd): Promise<boolean> {
    return this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      const before = await this.stores.checkpoints.lock(em, provider);
      if (end.seq >= before.wholeFrom) return false;
      if (before.state === 'deleted' || end.follows !== before.seq) return true;
      const incompleteScopes = incompleteAfter(end.job, before.incompleteScopes);
      const imageBaseUrl = end.job.imageBaseUrl ?? before.imageBaseUrl;
      await this.stores.checkpoints.passJob(em, provider, { ...end, imageBaseUrl, incompleteScopes });
      return true;
    });
  }

  private async confirm(
    em: SqlEntityManager,
    provider: ProviderId,
    { seq, job }: JobEnd,
    { incompleteScopes }: Checkpoint,
  ): Promise<void> {
    // A job that failed or was cancelled looked at too little to say that the catalogue is still so.
    const looked = job.outcome === 'completed' || job.outcome === 'partial';
    const confirmedAt = looked ? await this.versions.snapshots.now(em) : undefined;
    const current = await this.versions.snapshots.confirm(em, provider, incompleteScopes, confirmedAt);
    await this.facts.confirmed(em, {
      providerId: provider,
      jobId: job.jobId,
      ...(current === undefined ? {} : { version: current.version }),
      asOfSeq: current?.asOfSeq ?? seq,
    });
  }
}
