import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type ProviderConnection,
  type ProviderId,
  type ProviderView,
} from '@catalogue-sync/contracts';
import { forgetScopes } from '../job/scope-memory.store.js';
import { originOf, sameConnection } from './connection-secrets.js';
import type { ConnectionVault } from './connection-vault.js';
import { newProviderId } from './provider-id.js';
import type { NewProvider, ProviderChange } from './provider-input.js';
import { ProviderSchema, type Provider } from './provider.entity.js';
import { activeJobId, activeJobIds, lockProvider, requireProvider } from './provider.store.js';
import { providerView } from './provider-view.js';

/** Registers, shows, changes and resets providers. Deletion is a story of its own: see deletion/. */
export class ProviderCommands {
  constructor(
    private readonly orm: MikroORM,
    private readonly vault: ConnectionVault,
  ) {}

  async create(input: NewProvider): Promise<ProviderView> {
    const id = newProviderId();
    const now = new Date();
    const em = this.orm.em.fork();
    // A tombstone with this id would make the insert fail: an id is never given again.
    const provider = em.create(ProviderSchema, {
      id,
      state: 'active',
      name: input.name,
      protocol: input.connection.protocol,
      connectionEncrypted: this.vault.seal(id, input.connection),
      origin: originOf(input.connection),
      settings: input.settings,
      nextRunToken: 1,
      createdAt: now,
      updatedAt: now,
    });
    await em.persist(provider).flush();
    return providerView(provider, undefined);
  }

  async get(id: ProviderId): Promise<ProviderView> {
    const em = this.orm.em.fork();
    return providerView(await requireProvider(em, id), await activeJobId(em, id));
  }

  /** Providers by id, those in deletion included; `cursor` is the last id of the page before. */
  async list(cursor: string, limit: number): Promise<{ providers: ProviderView[]; nextCursor?: string }> {
    const em = this.orm.em.fork();
    const found = await em.find(
      ProviderSchema,
      { state: { $ne: 'deleted' }, id: { $gt: cursor as ProviderId } },
      { orderBy: { id: 'asc' }, limit: limit + 1 },
    );
    const page = found.slice(0, limit);
    const jobs = await activeJobIds(
      em,
      page.map((provider) => provider.id),
    );
    const last = page.at(-1);
    return {
      providers: page.map((provider) => providerView(provider, jobs.get(provider.id))),
      ...(found.length > limit && last ? { nextCursor: last.id } : {}),
    };
  }

  /**
   * Throws `same-catalogue-required` when the connection changes without a word that its catalogue is the same, and `provider-busy` when
   * it changes while a job runs.
   */
  async update(id: ProviderId, change: ProviderChange): Promise<ProviderView> {
    return this.orm.em.fork().transactional(async (em) => {
      const provider = await lockProvider(em, id);
      const activeJob = await activeJobId(em, id);
      if (
        change.connection &&
        this.changeConnection(provider, change.connection, change, activeJob !== undefined)
      ) {
        await forgetScopes(em, id);
      }
      if (change.name !== undefined) provider.name = change.name;
      if (change.settings) {
        provider.settings = { ...provider.settings, ...change.settings };
        // What was learned under other limits says nothing about these.
        provider.access = null;
      }
      provider.updatedAt = new Date();
      await em.flush();
      return providerView(provider, activeJob);
    });
  }

  /** The next run reads everything. Ids are kept and nothing is removed because of it. */
  async reset(id: ProviderId): Promise<ProviderView> {
    return this.orm.em.fork().transactional(async (em: SqlEntityManager) => {
      const provider = await lockProvider(em, id);
      provider.resetRequestedAt = new Date();
      await em.flush();
      return providerView(provider, await activeJobId(em, id));
    });
  }

  /** True when it has changed. */
  private changeConnection(
    provider: Provider,
    connection: ProviderConnection,
    change: ProviderChange,
    busy: boolean,
  ): boolean {
    if (connection.protocol !== provider.protocol) {
      throw new CatalogueSyncError(
        ERROR_CODE.invalidRequest,
        `A provider keeps its protocol (${provider.protocol}). Register the other one as a provider of its own.`,
        { field: 'connection.protocol' },
      );
    }
    if (sameConnection(connection, this.vault.open(provider.id, provider.connectionEncrypted))) {
      return false;
    }
    if (change.sameCatalogue !== true && provider.resetRequestedAt == null) {
      throw new CatalogueSyncError(
        ERROR_CODE.sameCatalogueRequired,
        'A new URL, account, language or time zone may lead to another catalogue. Send sameCatalogue: true if it is the same one, or reset the provider first.',
        { field: 'sameCatalogue' },
      );
    }
    if (busy) {
      throw new CatalogueSyncError(
        ERROR_CODE.providerBusy,
        'A sync of this provider is running. Cancel it or wait for its end, then change the connection.',
      );
    }
    provider.connectionEncrypted = this.vault.seal(provider.id, connection);
    provider.origin = originOf(connection);
    provider.endpoint = null;
    // What was learned of the old place says nothing about the new one.
    provider.access = null;
    return true;
  }
}
