import type { JobId, ProviderView } from '@catalogue-sync/contracts';
import type { Provider } from './provider.entity.js';

/** The provider as answers show it: the origin is all that is told of its connection. */
export function providerView(provider: Provider, activeJob: JobId | undefined): ProviderView {
  return {
    id: provider.id,
    name: provider.name,
    protocol: provider.protocol,
    origin: provider.origin,
    state: provider.state === 'deleting' ? 'deleting' : 'active',
    settings: provider.settings,
    createdAt: provider.createdAt.toISOString(),
    updatedAt: provider.updatedAt.toISOString(),
    ...(activeJob === undefined ? {} : { activeJobId: activeJob }),
  };
}
