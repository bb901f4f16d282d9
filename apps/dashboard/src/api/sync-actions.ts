import type { StartSyncBody } from '@catalogue-sync/api-client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { say, sayFailure } from '../states/say.js';
import { api } from './api.js';

/** Starting and cancelling the syncs of a provider. What comes of it shows by the live state. */
export function useSyncActions(id: string) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: ['jobs', id] });
  const start = useMutation({
    mutationFn: (mode: StartSyncBody['mode']) =>
      api.startSync({ path: { id }, body: { mode: mode ?? 'auto' } }),
    onError: sayFailure,
    onSettled,
  });
  const cancel = useMutation({
    mutationFn: () => api.cancelSync({ path: { id } }),
    onSuccess: () => say('The sync is being cancelled. What it found so far stays.'),
    onError: sayFailure,
    onSettled,
  });
  return { start, cancel };
}
