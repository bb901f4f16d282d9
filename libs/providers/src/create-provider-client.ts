import type { ProviderConnection, ProviderSettings } from '@catalogue-sync/contracts';
import type { ProviderClient, ProviderClientDeps } from './port.js';
import { M3uClient } from './m3u/m3u-client.js';
import { StalkerClient } from './stalker/stalker-client.js';
import { XtreamClient } from './xtream/xtream-client.js';

/**
 * The client for a connection. It does nothing until `open` or `test` is called.
 *
 * @throws CatalogueSyncError `invalid-request` when the connection's URL is none
 */
export function createProviderClient(
  connection: ProviderConnection,
  settings: ProviderSettings,
  deps: ProviderClientDeps,
): ProviderClient {
  switch (connection.protocol) {
    case 'xtream':
      return new XtreamClient(connection, settings, deps);
    case 'stalker':
      return new StalkerClient(connection, settings, deps);
    case 'm3u':
      return new M3uClient(connection, settings, deps);
  }
}
