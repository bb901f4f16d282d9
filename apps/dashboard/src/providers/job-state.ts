import type { LiveProviderDto, SyncJobDto } from '@catalogue-sync/api-client';

/** How a provider is, in one word; what fails stands first in lists. */
export type ProviderCondition =
  | 'failed'
  | 'held'
  | 'partial'
  | 'syncing'
  | 'cancelling'
  | 'cooling-down'
  | 'cancelled'
  | 'new'
  | 'current'
  | 'deleting';

export function conditionOf({ provider, status, heldRemovals }: LiveProviderDto): ProviderCondition {
  if (provider.state === 'deleting') return 'deleting';
  if (status.activeJob !== undefined) return status.activeJob.cancelRequested ? 'cancelling' : 'syncing';
  if (heldRemovals > 0) return 'held';
  if (status.coolDown !== undefined) return 'cooling-down';
  const last = status.lastJob?.state;
  if (last === undefined) return 'new';
  if (last === 'failed' || last === 'partial' || last === 'cancelled') return last;
  return 'current';
}

/** Each with a colour and a sign: a state is never told by colour alone. */
export const CONDITIONS: Record<
  ProviderCondition,
  { name: string; color: string; sign: string; rank: number }
> = {
  failed: { name: 'Failed', color: 'red', sign: '✕', rank: 0 },
  'cooling-down': { name: 'Left alone for a while', color: 'orange', sign: '‖', rank: 1 },
  held: { name: 'Needs a decision', color: 'orange', sign: '!', rank: 2 },
  partial: { name: 'Partly synced', color: 'yellow', sign: '◐', rank: 3 },
  cancelled: { name: 'Cancelled', color: 'gray', sign: '–', rank: 4 },
  cancelling: { name: 'Cancelling …', color: 'gray', sign: '–', rank: 5 },
  syncing: { name: 'Syncing', color: 'indigo', sign: '↻', rank: 6 },
  new: { name: 'Never synced', color: 'gray', sign: '○', rank: 7 },
  current: { name: 'In sync', color: 'teal', sign: '✓', rank: 8 },
  deleting: { name: 'Being deleted', color: 'gray', sign: '–', rank: 9 },
};

/** Failed first; then by name. */
export function byCondition(a: LiveProviderDto, b: LiveProviderDto): number {
  const ranks = CONDITIONS[conditionOf(a)].rank - CONDITIONS[conditionOf(b)].rank;
  return ranks || a.provider.name.localeCompare(b.provider.name);
}

const JOB_STATES: Record<SyncJobDto['state'], { name: string; color: string; sign: string }> = {
  queued: { name: 'Waiting', color: 'gray', sign: '○' },
  fetching: { name: 'Fetching', color: 'indigo', sign: '↻' },
  reconciling: { name: 'Comparing', color: 'indigo', sign: '↻' },
  publishing: { name: 'Publishing', color: 'indigo', sign: '↻' },
  completed: { name: 'Completed', color: 'teal', sign: '✓' },
  partial: { name: 'Partly completed', color: 'yellow', sign: '◐' },
  failed: { name: 'Failed', color: 'red', sign: '✕' },
  cancelled: { name: 'Cancelled', color: 'gray', sign: '–' },
};

/** What the guard held back is told with the state: a sync that removed nothing because it did not dare to is no plain success. */
export function stateOf(job: SyncJobDto): { name: string; color: string; sign: string } {
  if (job.state === 'completed' && job.reason !== undefined)
    return { name: 'Completed, see why', color: 'yellow', sign: '!' };
  return JOB_STATES[job.state];
}
