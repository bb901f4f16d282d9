export type {
  AccessMemory,
  AskedStream,
  FetchedPage,
  FetchScopeOptions,
  OpenedProvider,
  PageVerdict,
  PlayableEpisode,
  ProviderClient,
  ProviderClientDeps,
  RowMemoryStore,
  ScopeEnd,
  ScopeFetchProgress,
  ScopeMemory,
} from './port.js';
export { createProviderClient } from './create-provider-client.js';
export { AllowedPrivateHosts, isPublicAddress } from './http/allowed-private-hosts.js';
export { addressNotAllowed, createGuardedAgent } from './http/guarded-connect.js';
export type { RetryPolicy } from './http/retry.js';
export { withoutDigest } from './spool/list-memory.js';
export { PLACEHOLDER, type Placeholder } from './secrets/placeholders.js';
