import { CatalogueSyncError, type ProviderConnection } from '@catalogue-sync/contracts';
import type { AccessMemory, OpenedProvider, ProviderClient, RowMemoryStore } from '@catalogue-sync/providers';
import { storableEndpoint, withoutSecrets } from '../provider/connection-secrets.js';
import type { ConnectionVault } from '../provider/connection-vault.js';
import type { ProviderClients } from '../provider/provider-clients.js';
import type { Provider } from '../provider/provider.entity.js';
import { settingsOf } from '../provider/provider.store.js';

/** A provider that a job speaks to. */
export interface OpenAccess {
  client: ProviderClient;
  opened: OpenedProvider;
  /** The discovered endpoint, where it may be stored in plain text. */
  endpoint?: string;
}

/** A job's way to its provider. Nowhere else is a connection decrypted for a job, and no words of a client leave it with a secret in them. */
export class ProviderAccess {
  private connection?: ProviderConnection;
  private client?: ProviderClient;

  constructor(
    private readonly vault: ConnectionVault,
    private readonly clients: ProviderClients,
    private readonly provider: Provider,
    private readonly rowMemory: RowMemoryStore,
  ) {}

  /** Reaches the provider and logs in. */
  async open(signal: AbortSignal): Promise<OpenAccess> {
    this.connection = this.vault.open(this.provider.id, this.provider.connectionEncrypted);
    this.client = this.clients.create(this.connection, settingsOf(this.provider), {
      ...this.provider,
      rowMemory: this.rowMemory,
    });
    const opened = await this.client.open(signal);
    const endpoint = storableEndpoint(opened.endpoint, this.connection);
    return { client: this.client, opened, ...(endpoint === undefined ? {} : { endpoint }) };
  }

  /** An error in words that may be published. Only our own errors are quoted; what others say may hold anything. */
  inWords(error: unknown): string {
    if (!(error instanceof CatalogueSyncError))
      return 'the fetcher failed on an answer of this provider; its log says where';
    return this.connection ? withoutSecrets(error.message, this.connection) : error.message;
  }

  /** The same for our own log, with the place where it happened. */
  inDetail(error: unknown): string {
    const text = error instanceof CatalogueSyncError ? `${error.code}: ${error.message}` : stackOf(error);
    return this.connection ? withoutSecrets(text, this.connection) : text;
  }

  /** What was learned about how much the provider takes; undefined when it was not spoken to. */
  get learned(): AccessMemory | undefined {
    return this.client?.access();
  }

  async close(): Promise<void> {
    await this.client?.close();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error;
}
