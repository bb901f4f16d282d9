import { hash } from 'node:crypto';
import type { MikroORM } from '@mikro-orm/postgresql';
import {
  CatalogueSyncError,
  ERROR_CODE,
  type ProviderConnection,
  type ProviderId,
} from '@catalogue-sync/contracts';
import type { ProviderClient } from '@catalogue-sync/providers';
import { withoutSecrets } from '../provider/connection-secrets.js';
import type { ConnectionVault } from '../provider/connection-vault.js';
import type { ProviderClients } from '../provider/provider-clients.js';
import type { Provider } from '../provider/provider.entity.js';
import { requireProvider, saveAccess, settingsOf } from '../provider/provider.store.js';
import type { OpenClients } from './open-clients.js';

/** Somebody waits in front of a screen: what takes longer is given up, ms. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * Asks providers what viewers want to know. One request at a time and by the provider's own limits, beside a sync that may be under way; the
 * session of a portal is shared with it. A provider that is left alone is left alone here too.
 */
export class AskedProvider {
  constructor(
    private readonly orm: MikroORM,
    private readonly vault: ConnectionVault,
    private readonly clients: ProviderClients,
    private readonly open: OpenClients,
    private readonly log: (line: string) => void,
  ) {}

  /**
   * What `question` brings. `place` names what the provider points to: what was learned from it counts as long as that stays.
   *
   * @throws CatalogueSyncError `provider-not-found`, `provider-timeout`, and what the provider's client throws, without secrets in its words
   */
  async ask<T>(
    id: ProviderId,
    question: (client: ProviderClient, signal: AbortSignal, place: string) => Promise<T>,
  ): Promise<T> {
    const provider = await requireProvider(this.orm.em.fork(), id);
    const connection = this.vault.open(id, provider.connectionEncrypted);
    const place = placeOf(provider);
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    let used: ProviderClient | undefined;
    try {
      return await this.open.use(
        // Whoever ends or notes a rest writes it there: the client that knows the old one is done with.
        `${place} ${provider.access?.coolDownUntil ?? ''}`,
        () => this.clientOf(provider, connection),
        (client) => question((used = client), signal, place),
      );
    } catch (error) {
      await this.rememberCoolDown(provider, used);
      throw this.inWords(error, connection, signal);
    }
  }

  private clientOf(provider: Provider, connection: ProviderConnection): ProviderClient {
    return this.clients.create(
      connection,
      { ...settingsOf(provider), parallelRequests: 1 },
      { endpoint: provider.endpoint, access: provider.access },
    );
  }

  /** A provider that has had enough of viewers is to be left alone by syncs as well. */
  private async rememberCoolDown(
    { id, access }: Provider,
    client: ProviderClient | undefined,
  ): Promise<void> {
    const learned = client?.access();
    if (learned?.coolDownUntil === undefined || learned.coolDownUntil === access?.coolDownUntil) return;
    await saveAccess(this.orm.em.fork(), id, { ...access, ...learned }).catch((error: unknown) =>
      this.log(
        `the rest of provider ${id} was not noted: ${error instanceof Error ? error.name : 'unknown'}`,
      ),
    );
  }

  private inWords(error: unknown, connection: ProviderConnection, signal: AbortSignal): unknown {
    if (signal.aborted)
      return new CatalogueSyncError(
        ERROR_CODE.providerTimeout,
        `The provider did not answer within ${ANSWER_WITHIN_MS / 1000} s. Try again.`,
      );
    if (!(error instanceof CatalogueSyncError)) return error;
    return new CatalogueSyncError(error.code, withoutSecrets(error.message, connection));
  }
}

/** Changes with connection and settings. */
function placeOf(provider: Provider): string {
  const parts = [
    provider.id,
    Buffer.from(provider.connectionEncrypted).toString('base64'),
    provider.settings,
  ];
  return `${provider.id} ${hash('sha256', JSON.stringify(parts))}`;
}
