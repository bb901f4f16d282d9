import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api.js';

/** What an item that was removed was called last: its removal names only its id. Undefined while unknown, and when its events are gone. */
export function useLastName(provider: string, item: string, isWanted = true): string | undefined {
  const { data } = useQuery({
    queryKey: ['item', provider, item],
    queryFn: () => api.getItem({ path: { id: provider, itemId: item } }),
    enabled: isWanted,
    staleTime: Infinity,
    retry: false,
  });
  const named = data?.history.find((event) => typeof event.data.name === 'string');
  return named?.data.name as string | undefined;
}
