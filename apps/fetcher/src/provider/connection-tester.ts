import type { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  DEFAULT_PROVIDER_SETTINGS,
  ERROR_CODE,
  type ConnectionReport,
  type ProviderConnection,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { ProviderClient } from '@catalogue-sync/providers';
import type { ConnectionVault } from './connection-vault.js';
import type { ProviderClients } from './provider-clients.js';
import { readConnection, readProviderId } from './provider-input.js';
import { requireProvider, saveAccess, settingsOf } from './provider.store.js';

/** A test that takes longer than this is given up, ms. */
const TEST_TIMEOUT_MS = 60_000;

/** Reaches a provider, logs in and counts, without saving anything. */
export class ConnectionTester {
  constructor(
    private readonly orm: MikroORM,
    private readonly vault: ConnectionVault,
    private readonly clients: ProviderClients,
  ) {}

  /** Tests `connection` where one is given, else the saved provider. */
  async test(request: { providerId?: unknown; connection?: unknown }): Promise<ConnectionReport> {
    const client = await this.clientFor(request);
    try {
      const report = await client.test(AbortSignal.timeout(TEST_TIMEOUT_MS));
      if (report.ok && request.connection === undefined) await this.endCoolDown(readProviderId(request));
      return report;
    } finally {
      await client.close();
    }
  }

  private async clientFor(request: { providerId?: unknown; connection?: unknown }): Promise<ProviderClient> {
    if (request.connection !== undefined) return this.forConnection(readConnection(request.connection));
    if (request.providerId === undefined) {
      throw new CatalogueSyncError(ERROR_CODE.invalidRequest, 'Give a connection, or the id of a provider.');
    }
    return this.forProvider(readProviderId(request));
  }

  /** The provider takes us in again. */
  private async endCoolDown(id: ProviderId): Promise<void> {
    const em = this.orm.em.fork();
    const { access } = await requireProvider(em, id);
    if (access?.coolDownUntil === undefined && access?.authFailures === undefined) return;
    const { parallel, requestsPerSecond } = access;
    await saveAccess(em, id, {
      ...(parallel === undefined ? {} : { parallel }),
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    });
  }

  private forConnection(connection: ProviderConnection): ProviderClient {
    return this.clients.create(connection, DEFAULT_PROVIDER_SETTINGS[connection.protocol]);
  }

  private async forProvider(id: ProviderId): Promise<ProviderClient> {
    const provider = await requireProvider(this.orm.em.fork(), id);
    const connection = this.vault.open(id, provider.connectionEncrypted);
    // A person asks: that is worth a request even while syncs leave the provider alone.
    return this.clients.create(connection, settingsOf(provider), { endpoint: provider.endpoint });
  }
}
