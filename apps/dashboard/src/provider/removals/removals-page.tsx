import { Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { useLiveProvider } from '../../api/live.js';
import { Answer } from '../../states/answer.js';
import { Empty } from '../../states/empty.js';
import { MoreButton } from '../../states/more-button.js';
import { HeldRemoval } from './held-removal.js';

const route = getRouteApi('/shell/providers/$id/removals');

/** Removals that were not believed, with the reason, for a person to decide. */
export function RemovalsPage() {
  const { id } = route.useParams();
  const held = useLiveProvider(id)?.heldRemovals;
  const removals = useInfiniteQuery({
    queryKey: ['removals', id, held],
    queryFn: ({ pageParam }) =>
      api.listRemovals({
        path: { id },
        query: { limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  });
  return (
    <Answer query={removals}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.removals);
        if (all.length === 0)
          return (
            <Empty title="Nothing is held">
              When a sync would remove far more than is usual, it removes nothing, and asks you here.
            </Empty>
          );
        return (
          <Stack gap="md">
            {all.map((removal) => (
              <HeldRemoval key={removal.digest + removal.createdAt} provider={id} removal={removal} />
            ))}
            <MoreButton pages={removals} />
          </Stack>
        );
      }}
    </Answer>
  );
}
