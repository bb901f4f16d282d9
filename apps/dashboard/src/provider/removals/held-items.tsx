import { Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/api.js';
import { Answer } from '../../states/answer.js';
import { MoreButton } from '../../states/more-button.js';

const SAMPLE = 10;
const PAGE = 200;

/** A sample first; the whole list page by page. */
export function HeldItems({ provider, digest }: { provider: string; digest: string }) {
  const items = useInfiniteQuery({
    queryKey: ['held-items', provider, digest],
    queryFn: ({ pageParam }) =>
      api.getRemoval({
        path: { id: provider, digest },
        query: pageParam === '' ? { limit: SAMPLE } : { limit: PAGE, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });
  return (
    <Answer query={items}>
      {({ pages }) => (
        <>
          <ul style={{ margin: 0, paddingLeft: 18, fontSize: 14 }}>
            {pages
              .flatMap((page) => page.items)
              .map((item) => (
                <li key={item.id}>
                  <Link
                    to="/providers/$id/catalogue/$item"
                    params={{ id: provider, item: item.id }}
                    className="plain"
                    preload={false}
                  >
                    {item.name ?? item.id}
                  </Link>
                  {!item.absent && (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      is back
                    </Text>
                  )}
                </li>
              ))}
          </ul>
          <MoreButton pages={items} label="Show more of the list" />
        </>
      )}
    </Answer>
  );
}
