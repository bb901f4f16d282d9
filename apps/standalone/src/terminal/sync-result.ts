import { ITEM_KINDS, type ChangeCounts, type SyncJobView } from '@catalogue-sync/contracts';
import type { DemoProviderRef, SnapshotSize } from '../events.js';
import { formatCount, formatMegabytes } from './quantities.js';

export interface SyncResult {
  provider: DemoProviderRef;
  job: SyncJobView;
  snapshot?: SnapshotSize;
  seconds: number;
}

/** One line: how it ended, what changed, and the version that stands now. */
export function syncResultLine({ provider, job, snapshot, seconds }: SyncResult): string {
  const total = (what: keyof ChangeCounts) =>
    formatCount(ITEM_KINDS.reduce((sum, kind) => sum + job.counts[kind][what], 0));
  const reason = job.reason === undefined ? '' : ` (${job.reason})`;
  const head = `${provider.name}: ${job.state}${reason} in ${seconds.toFixed(1)} s`;
  const changes = `${total('added')} added, ${total('updated')} updated, ${total('removed')} removed`;
  return [head, changes, versionText(job, snapshot)].filter((part) => part !== '').join(' · ');
}

function versionText(job: SyncJobView, snapshot?: SnapshotSize): string {
  if (job.snapshotVersion === undefined) return 'no snapshot';
  const verb = job.snapshotChanged === false ? ' confirmed' : '';
  const size =
    snapshot === undefined
      ? ''
      : `, ${formatMegabytes(snapshot.compressedBytes)} compressed (${formatMegabytes(snapshot.plainBytes)} plain)`;
  return `snapshot version ${job.snapshotVersion}${verb}${size}`;
}
