import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type JobId,
  type ProviderId,
  type RebuildReport,
} from '@catalogue-sync/contracts';
import { faultPoint } from '@catalogue-sync/observability';
import { sql, type Lease, type LeaseStore } from '@catalogue-sync/persistence';
import { measureBody } from '@catalogue-sync/snapshot-format';
import { readOrSetAside } from '../fold/batch-folder.js';
import type { CatalogueChange } from '../fold/catalogue-change.js';
import type { EventLog } from '../fold/event-log.client.js';
import { planFold, touchedIds } from '../fold/plan-fold.js';
import type { PublishVersion } from '../seal/publish-version.js';
import { planSeal } from '../seal/plan-seal.js';
import type { SegmentStager } from '../seal/segment-stager.js';
import type { VersionStores } from '../seal/version-stores.js';
import type { FoldStores } from '../store/fold-stores.js';
import { allGroups } from './all-groups.js';
import { RebuildStore } from './rebuild.store.js';
import { ShadowStore, shadowOf } from './shadow.store.js';

/** Rows of an earlier or finished rebuild that are removed in one transaction. */
const ROWS_PER_STEP = 20_000;

/**
 * Folds a provider's log anew, beside the live catalogue, and puts right what differs: nothing is seen of it before the one transaction that
 * does so. The log must be folded to its end, and stays so under the lease.
 */
export class RebuildProvider {
  private readonly shadow = new ShadowStore();
  private readonly rebuilds = new RebuildStore();

  constructor(
    private readonly orm: MikroORM,
    private readonly leases: LeaseStore,
    private readonly log: EventLog,
    private readonly stores: FoldStores,
    private readonly stager: SegmentStager,
    private readonly versions: VersionStores,
    private readonly publishVersion: PublishVersion,
  ) {}

  /** Throws `lease-lost` when another replica took over; nothing was changed then. `head` is the position that the live fold is at. */
  async run(provider: ProviderId, lease: Lease, head: number, signal: AbortSignal): Promise<RebuildReport> {
    await this.clear(provider, lease, signal);
    await this.foldAnew(provider, lease, head, signal);
    const groups = await allGroups(this.orm.em.fork(), provider, shadowOf(provider));
    const plan = planSeal(groups);
    const built = await this.stager.stage(provider, lease, plan.tasks, signal, shadowOf(provider));
    const report = await this.step(lease, async (em): Promise<RebuildReport> => {
      const before = await this.stores.checkpoints.lock(em, provider);
      if (before.state === 'deleted' || before.seq !== head)
        throw new CatalogueSyncError(
          ERROR_CODE.providerBusy,
          'Events were folded meanwhile: start the rebuild again.',
        );
      await this.versions.manifests.runs.ensure(em, provider);
      const served = measureBody(await this.versions.manifests.open(em, provider)).crc32;
      const differences = await this.shadow.compare(em, provider);
      await this.shadow.takeOver(em, provider, before.version);
      await this.stores.checkpoints.recount(em, provider);
      const version = before.version + 1;
      const moved = await this.versions.manifests.replace(em, provider, version, built, plan.regrouped);
      // Sums may be wrong, too: they are not taken over.
      await this.versions.manifests.runs.refreshAll(em, provider);
      const rebuilt = measureBody(await this.versions.manifests.open(em, provider)).crc32;
      if (moved) {
        const jobId = (await lastJobOf(em, provider)) as JobId;
        await this.publishVersion.run(em, provider, version, { seq: head, jobId }, before);
        await this.stores.checkpoints.newVersion(em, provider, version);
      }
      await this.versions.segments.removeUnreferenced(em, provider);
      const { items, categories, searchRows } = differences;
      const counts = [...Object.values(items), ...Object.values(categories), searchRows];
      const report = {
        equal: !moved && counts.every((count) => count === 0),
        events: head,
        ...differences,
        checksums: { served: hexadecimal(served), rebuilt: hexadecimal(rebuilt) },
        ...(moved ? { newVersion: version } : {}),
      };
      await this.rebuilds.done(em, provider, report);
      await faultPoint('snapshot.rebuild.before-commit');
      return report;
    });
    this.publishVersion.announce();
    await this.clear(provider, lease, signal);
    return report;
  }

  private async foldAnew(
    provider: ProviderId,
    lease: Lease,
    head: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { projection } = this.stores;
    for (let at = 0; at < head;) {
      signal.throwIfAborted();
      const { events } = await this.log.read(provider, at);
      const run = events.filter(({ seq }) => seq <= head).map(readOrSetAside);
      const last = run.at(-1);
      if (last === undefined)
        throw new CatalogueSyncError(
          ERROR_CODE.serviceUnavailable,
          `The reconciler's log of ${provider} ends at ${at}, and ${head} events were folded: it is not the log that was folded.`,
        );
      const changes = run.flatMap(({ change }): CatalogueChange[] =>
        change.type === 'malformed' ? [] : [change],
      );
      const touched = touchedIds(changes);
      await this.step(lease, async (em) => {
        const shadow = shadowOf(provider);
        const items = await projection.knownItems(em, shadow, touched.items);
        const categories = await projection.knownCategories(em, shadow, touched.categories);
        await projection.apply(em, shadow, planFold(changes, { items, categories }, 1), provider);
        await this.rebuilds.progress(em, provider, last.seq);
      });
      at = last.seq;
    }
  }

  private async clear(provider: ProviderId, lease: Lease, signal: AbortSignal): Promise<void> {
    for (let isLeft = true; isLeft;) {
      signal.throwIfAborted();
      isLeft = await this.step(lease, (em) => this.shadow.clearSome(em, provider, ROWS_PER_STEP));
    }
  }

  private step<T>(lease: Lease, work: (em: SqlEntityManager) => Promise<T>): Promise<T> {
    return this.orm.em.fork().transactional(async (em) => {
      await this.leases.assertHeld(em, lease);
      return work(em);
    });
  }
}

async function lastJobOf(em: SqlEntityManager, provider: ProviderId): Promise<string | undefined> {
  const [row] = await sql<{ last_job_id: string | null }>(
    em,
    `select last_job_id from checkpoint where provider_id = $1`,
    [provider],
  );
  return row?.last_job_id ?? undefined;
}

function hexadecimal(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
