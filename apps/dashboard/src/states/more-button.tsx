import { Button, Center } from '@mantine/core';

/** What `useInfiniteQuery` tells of the next page. */
interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page of a list, while there is one. */
export function MoreButton({ pages, label = 'Show more' }: { pages: Pages; label?: string }) {
  if (!pages.hasNextPage) return null;
  return (
    <Center mt="md">
      <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
        {label}
      </Button>
    </Center>
  );
}
