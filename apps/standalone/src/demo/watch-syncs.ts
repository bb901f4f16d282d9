import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoProviderRef, Reporter } from '../events.js';
import { reportSynced } from './follow-syncs.js';
import type { GatewayApi } from './gateway-api.js';

const POLL_MS = 1000;

/** Reports every sync of the providers that ends after now, once. Comes back only when `signal` is aborted. */
export async function watchSyncs(
  api: GatewayApi,
  providers: readonly DemoProviderRef[],
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Map<DemoProviderRef, string | undefined>();
  while (!signal.aborted) {
    for (const provider of providers) {
      try {
        const { lastJob } = await api.syncStatus(provider.id);
        const isNew = seen.has(provider) && seen.get(provider) !== lastJob?.id;
        if (isNew && lastJob !== undefined) await reportSynced(api, provider, lastJob, reporter);
        seen.set(provider, lastJob?.id);
      } catch {
        // Deleted, or a service is on its way up again: the next look tells.
      }
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
