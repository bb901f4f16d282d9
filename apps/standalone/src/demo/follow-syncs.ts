import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncJobView, SyncStatus } from '@catalogue-sync/contracts';
import type { SnapshotSize } from '@catalogue-sync/terminal';
import type { DemoProviderRef, Reporter } from '../events.js';
import type { GatewayApi } from './gateway-api.js';

const POLL_MS = 250;
/** A service may be on its way up again. */
const FAILURES_IN_A_ROW = 40;

/**
 * Starts the sync of every provider that never finished one (a cancelled one is the user's wish, and stays so), goes on showing one
 * that is under way, and reports progress four times a second until none is active.
 */
export async function followSyncs(
  api: GatewayApi,
  providers: readonly DemoProviderRef[],
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const jobs = new Map<DemoProviderRef, string>();
  for (const provider of providers) {
    const status = await api.syncStatus(provider.id);
    if (status.activeJob !== undefined) jobs.set(provider, status.activeJob.id);
    else if (needsFirstSync(status)) jobs.set(provider, (await api.startSync(provider.id)).id);
  }
  const finished = new Set<DemoProviderRef>();
  const followed = [...jobs.keys()];
  let failures = 0;
  while (finished.size < followed.length) {
    try {
      const current = await Promise.all(
        followed.map(async (provider) => ({ provider, status: await api.syncStatus(provider.id) })),
      );
      failures = 0;
      reporter.report({ event: 'progress', providers: current });
      for (const { provider, status } of current) {
        const job = status.lastJob;
        if (finished.has(provider) || status.activeJob?.id === jobs.get(provider)) continue;
        // Finished, or (never seen) gone with its provider.
        finished.add(provider);
        if (job !== undefined) await reportSynced(api, provider, job, reporter);
      }
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures === FAILURES_IN_A_ROW) throw error;
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

function needsFirstSync({ lastJob, lastSyncMovies, lastSyncSeries, lastSyncChannels }: SyncStatus): boolean {
  if (lastJob?.state === 'completed' || lastJob?.state === 'cancelled') return false;
  return [lastSyncMovies, lastSyncSeries, lastSyncChannels].every((time) => time === undefined);
}

/** The job's counts, with the size of the version that it sealed or confirmed. */
export async function reportSynced(
  api: GatewayApi,
  provider: DemoProviderRef,
  job: SyncJobView,
  reporter: Reporter,
): Promise<void> {
  const versions = job.snapshotVersion === undefined ? [] : await api.snapshots(provider.id);
  const snapshot: SnapshotSize | undefined = versions.find(
    (version) => version.version === job.snapshotVersion,
  );
  const [from, to] = [job.startedAt ?? job.createdAt, job.finishedAt ?? job.createdAt];
  const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
  reporter.report({
    event: 'synced',
    provider,
    job,
    ...(snapshot === undefined ? {} : { snapshot }),
    seconds,
  });
}
