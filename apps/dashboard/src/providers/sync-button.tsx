import type { LiveProviderDto } from '@catalogue-sync/api-client';
import { Button } from '@mantine/core';
import { useSyncActions } from '../api/sync-actions.js';

/** "Sync now", which turns into "Cancel" while a sync is active. */
export function SyncButton({ entry, size = 'sm' }: { entry: LiveProviderDto; size?: string }) {
  const { start, cancel } = useSyncActions(entry.provider.id);
  const { activeJob } = entry.status;
  const { name } = entry.provider;
  if (activeJob !== undefined) {
    return (
      <Button
        size={size}
        variant="default"
        aria-label={
          activeJob.cancelRequested ? `Cancelling … the sync of ${name}` : `Cancel the sync of ${name}`
        }
        loading={cancel.isPending}
        disabled={activeJob.cancelRequested}
        onClick={() => cancel.mutate()}
      >
        {activeJob.cancelRequested ? 'Cancelling …' : 'Cancel'}
      </Button>
    );
  }
  return (
    <Button
      size={size}
      aria-label={`Sync now: ${name}`}
      loading={start.isPending}
      disabled={entry.provider.state === 'deleting'}
      onClick={() => start.mutate('auto')}
    >
      Sync now
    </Button>
  );
}
