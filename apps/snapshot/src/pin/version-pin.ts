import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { CatalogueSyncError, ERROR_CODE, type ProviderId } from '@catalogue-sync/contracts';
import type { VersionStores } from '../seal/version-stores.js';
import type { CheckpointStore } from '../store/checkpoint.store.js';

/**
 * Has an older version served without touching events or projection: newer ones go on being sealed behind it. The checkpoint's lock keeps a
 * seal from pruning the version meanwhile, so no lease is needed.
 */
export class VersionPin {
  constructor(
    private readonly orm: MikroORM,
    private readonly checkpoints: CheckpointStore,
    private readonly versions: VersionStores,
  ) {}

  /** Pins a kept version in the place of one that is pinned. Throws `provider-not-found` and `snapshot-not-found`. */
  restore(provider: ProviderId, version: number): Promise<{ servedVersion: number }> {
    return this.underLock(provider, async (em, newest) => {
      const kept = await this.versions.snapshots.kept(em, provider);
      if (!kept.some((one) => one.version === version))
        throw new CatalogueSyncError(
          ERROR_CODE.snapshotNotFound,
          kept.length === 0
            ? 'There is no snapshot yet: start a sync, and ask again when it has ended.'
            : `Version ${version} is not kept. Kept are ${kept.map((one) => one.version).join(', ')}.`,
          { field: 'version' },
        );
      await this.versions.snapshots.pin(em, provider, version);
      await this.versions.prune(em, provider, newest);
      return { servedVersion: version };
    });
  }

  /** Serves the newest version again; one that was kept for its pin alone goes. Does nothing when none is pinned. */
  lift(provider: ProviderId): Promise<{ servedVersion?: number }> {
    return this.underLock(provider, async (em, newest) => {
      await this.versions.snapshots.pin(em, provider, undefined);
      await this.versions.prune(em, provider, newest);
      const current = (await this.versions.snapshots.kept(em, provider)).find((one) => one.current);
      return current === undefined ? {} : { servedVersion: current.version };
    });
  }

  private underLock<T>(
    provider: ProviderId,
    work: (em: SqlEntityManager, newest: number) => Promise<T>,
  ): Promise<T> {
    return this.orm.em.fork().transactional(async (em) => {
      if ((await this.checkpoints.read(em, provider)) === undefined) return work(em, 0);
      const { state, version } = await this.checkpoints.lock(em, provider);
      if (state === 'deleted')
        throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${provider} was deleted.`);
      return work(em, version);
    });
  }
}
