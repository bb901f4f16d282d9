import type { LiveProviderDto } from '@catalogue-sync/api-client';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.js';
import { say, sayFailure } from '../states/say.js';
import { counted } from '../words/numbers.js';

/** Repeats what did not come through of every provider's last sync; not there while all did. */
export function RetryFailed({ entries }: { entries: readonly LiveProviderDto[] }) {
  const queries = useQueryClient();
  const failed = entries.filter(isToBeRetried);
  const retry = useMutation({
    mutationFn: () => Promise.all(failed.map(retryLastJob)),
    onSuccess: (refusals) => {
      const refused = refusals.filter((refusal) => refusal !== undefined);
      const started = refusals.length - refused.length;
      if (started > 0) say(`${counted(started, 'sync')} started again, for what had failed.`);
      if (refused.length > 0) sayFailure(new Error(refused.join(' ')));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  });
  if (failed.length === 0) return null;
  return (
    <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      Retry {counted(failed.length, 'failed sync')}
    </Button>
  );
}

function isToBeRetried({ provider, status }: LiveProviderDto): boolean {
  const last = status.lastJob?.state;
  return (
    provider.state !== 'deleting' &&
    status.activeJob === undefined &&
    (last === 'failed' || last === 'partial')
  );
}

/** Gives the reason where it was refused. */
async function retryLastJob({ provider, status }: LiveProviderDto): Promise<string | undefined> {
  try {
    await api.retrySyncJob({ path: { id: provider.id, job: status.lastJob?.id ?? '' } });
    return undefined;
  } catch (error) {
    return `${provider.name}: ${(error as Error).message}`;
  }
}
