import type { ProviderConnection, ProviderSettings } from '@catalogue-sync/contracts';
import {
  createProviderClient,
  type AccessMemory,
  type AllowedPrivateHosts,
  type ProviderClient,
  type RowMemoryStore,
} from '@catalogue-sync/providers';

/** Makes the clients that speak to providers. */
export class ProviderClients {
  constructor(
    private readonly spoolDir: string,
    private readonly retryMs: number,
    private readonly allowedPrivateHosts: AllowedPrivateHosts,
    private readonly log: (line: string) => void,
  ) {}

  create(
    connection: ProviderConnection,
    settings: ProviderSettings,
    known: {
      endpoint?: string | null;
      access?: AccessMemory | null;
      rowMemory?: RowMemoryStore;
    } = {},
  ): ProviderClient {
    return createProviderClient(connection, settings, {
      spoolDir: this.spoolDir,
      log: this.log,
      allowedPrivateHosts: this.allowedPrivateHosts,
      retry: { baseMs: this.retryMs, laterBaseMs: 10 * this.retryMs },
      ...(known.endpoint == null ? {} : { endpoint: known.endpoint }),
      ...(known.access == null ? {} : { access: known.access }),
      ...(known.rowMemory === undefined ? {} : { rowMemory: known.rowMemory }),
    });
  }
}
