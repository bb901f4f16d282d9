import type { ProviderId } from '@catalogue-sync/contracts';

/** The lease under which a provider's pages are taken in and its log is trimmed. */
export function providerLease(providerId: ProviderId): string {
  return `provider:${providerId}`;
}
