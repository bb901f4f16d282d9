import type { CategoryCountDto } from '@catalogue-sync/api-client';
import { Text } from '@mantine/core';
import { Answer } from '../../states/answer.js';
import { ItemList } from './item-list.js';
import { useItemPages, type ItemFilter } from './item-pages.js';

interface FoundItemsProps {
  id: string;
  filter: ItemFilter;
  asPosters: boolean;
  categories: readonly CategoryCountDto[];
}

/** What a filter leaves. It stands apart from the filter's fields, which need not be drawn again with every page of items. */
export function FoundItems({ id, filter, asPosters, categories }: FoundItemsProps) {
  const items = useItemPages(id, filter);
  return (
    <Answer query={items}>
      {({ pages }) =>
        pages[0]?.items.length === 0 ? (
          <Text c="dimmed">
            {Object.keys(filter).length === 0
              ? 'Nothing here yet: the first sync fills it.'
              : 'No item is like that. Try fewer words, or another category.'}
          </Text>
        ) : (
          <ItemList id={id} items={items} asPosters={asPosters} categories={categories} />
        )
      }
    </Answer>
  );
}
