import type { ProviderConnection, ProviderSettings } from '@catalogue-sync/contracts';
import { createProviderClient, type ProviderClient } from '@catalogue-sync/providers';

/** Makes the clients that speak to providers. */
export class ProviderClients {
  constructor(
    private readonly spoolDir: string,
    private readonly log: (line: string) => void,
  ) {}

  create(
    connection: ProviderConnection,
    settings: ProviderSettings,
    endpoint?: string | null,
  ): ProviderClient {
    return createProviderClient(connection, settings, {
      spoolDir: this.spoolDir,
      log: this.log,
      ...(endpoint == null ? {} : { endpoint }),
    });
  }
}
