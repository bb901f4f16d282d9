import { ITEM_KINDS, type ChangeCounts, type CountsByKind, type JobState } from '@catalogue-sync/contracts';
import { formatCount, formatMegabytes } from './quantities.js';

export interface SnapshotSize {
  version: number;
  compressedBytes: number;
  plainBytes: number;
}

/** What is told of a job that has ended. */
export interface EndedJob {
  state: JobState;
  reason?: string;
  counts: CountsByKind;
  snapshotVersion?: number;
  snapshotChanged?: boolean;
}

export interface SyncResult {
  provider: { name: string };
  job: EndedJob;
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

function versionText(job: EndedJob, snapshot?: SnapshotSize): string {
  if (job.snapshotVersion === undefined) return 'no snapshot';
  const verb = job.snapshotChanged === false ? ' confirmed' : '';
  const size =
    snapshot === undefined
      ? ''
      : `, ${formatMegabytes(snapshot.compressedBytes)} compressed (${formatMegabytes(snapshot.plainBytes)} plain)`;
  return `snapshot version ${job.snapshotVersion}${verb}${size}`;
}
