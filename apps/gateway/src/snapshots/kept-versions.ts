import { Injectable } from '@nestjs/common';
import { CatalogueSyncError, ERROR_CODE, REQUEST, type ProviderId } from '@catalogue-sync/contracts';
import { RequestClient } from '@catalogue-sync/messaging';
import { ServedVersions } from './served-versions.js';
import { SnapshotStore } from './snapshot.store.js';
import type { SnapshotVersion } from './snapshot-version.js';

/** The versions that clients may ask for, and the words for those that they may not. */
@Injectable()
export class KeptVersions {
  constructor(
    private readonly store: SnapshotStore,
    private readonly served: ServedVersions,
    private readonly services: RequestClient,
  ) {}

  /** Newest first; none before the first sync. Throws `provider-not-found`. */
  async list(provider: ProviderId): Promise<SnapshotVersion[]> {
    const versions = await this.store.versions(provider);
    if (versions.length === 0) await this.assertProvider(provider);
    return versions;
  }

  /** The given version, or the one that is served: the pinned one, else the current one. Throws `provider-not-found` and `snapshot-not-found`. */
  async get(provider: ProviderId, version?: number): Promise<SnapshotVersion> {
    const found = await (version === undefined
      ? this.served.get(provider)
      : this.store.find(provider, version));
    if (found !== undefined) return found;
    const kept = await this.list(provider);
    throw new CatalogueSyncError(
      ERROR_CODE.snapshotNotFound,
      kept.length === 0 || version === undefined
        ? 'There is no snapshot yet: start a sync, and ask again when it has ended.'
        : `Version ${version} is not kept. Kept are ${kept.map((one) => one.version).join(', ')}.`,
    );
  }

  /** Throws `provider-not-found` unless the provider exists. */
  async assertProvider(provider: ProviderId): Promise<void> {
    if (await this.store.isDeleted(provider))
      throw new CatalogueSyncError(ERROR_CODE.providerNotFound, `Provider ${provider} was deleted.`);
    await this.services.send(REQUEST.getProvider, { providerId: provider });
  }
}
