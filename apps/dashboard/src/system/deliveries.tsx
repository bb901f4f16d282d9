import { Button, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api.js';
import { Answer } from '../states/answer.js';
import { MoreButton } from '../states/more-button.js';
import { say, sayFailure } from '../states/say.js';
import { When } from '../words/times.js';

/** A message that waits is looked after so often. */
const WHILE_DUE_MS = 2_000;

/** What a webhook was sent, newest first. */
export function Deliveries({ webhook }: { webhook: string }) {
  const queries = useQueryClient();
  const deliveries = useInfiniteQuery({
    queryKey: ['deliveries', webhook],
    queryFn: ({ pageParam }) =>
      api.listDeliveries({
        path: { id: webhook },
        query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.deliveries.some((delivery) => delivery.state === 'due'))
        ? WHILE_DUE_MS
        : false,
  });
  const again = useMutation({
    mutationFn: (delivery: string) => api.redeliver({ path: { id: webhook, delivery } }),
    onSuccess: () => say('It is sent again.'),
    onError: sayFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries', webhook] }),
  });
  return (
    <Answer query={deliveries}>
      {({ pages }) => {
        const all = pages.flatMap((page) => page.deliveries);
        if (all.length === 0)
          return (
            <Text size="sm" mt="sm">
              Nothing was sent yet.
            </Text>
          );
        return (
          <div style={{ overflowX: 'auto' }}>
            <table className="quiet-table" aria-label="Deliveries">
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">When</th>
                  <th scope="col">Outcome</th>
                  <th scope="col">Action</th>
                </tr>
              </thead>
              <tbody>
                {all.map((delivery) => (
                  <tr key={delivery.id}>
                    <td>{delivery.type}</td>
                    <td>
                      <When time={delivery.createdAt} />
                    </td>
                    <td>
                      {delivery.state}, {delivery.attempts === 1 ? '1 try' : `${delivery.attempts} tries`}
                      <Text size="xs" c="dimmed">
                        {delivery.lastError ?? delivery.lastStatus}
                      </Text>
                    </td>
                    <td>
                      <Button size="compact-sm" variant="default" onClick={() => again.mutate(delivery.id)}>
                        Send again
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <MoreButton pages={deliveries} />
          </div>
        );
      }}
    </Answer>
  );
}
