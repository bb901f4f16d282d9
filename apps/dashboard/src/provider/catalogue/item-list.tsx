import type { CategoryCountDto } from '@catalogue-sync/api-client';
import { Box, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { count } from '../../words/numbers.js';
import { categoryName, useImageBase } from './catalogue-queries.js';
import { ItemRow, PosterTile, POSTER_TILE, ROW_HEIGHT } from './item-row.js';
import { ITEM_PAGE, type ListedItem, type useItemPages } from './item-pages.js';

/** Pages are asked for so many rows before they are needed. */
const AHEAD = 300;

interface ItemListProps {
  id: string;
  items: ReturnType<typeof useItemPages>;
  asPosters: boolean;
  categories: readonly CategoryCountDto[];
}

/** Only what is on the screen is drawn, however many items there are. */
export function ItemList({ id, items, asPosters, categories }: ItemListProps) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = items;
  const pages = useMemo(() => data?.pages ?? [], [data]);
  const loaded = pages.length === 0 ? 0 : (pages.length - 1) * ITEM_PAGE + (pages.at(-1)?.items.length ?? 0);
  const itemAt = (index: number): ListedItem | undefined =>
    pages[Math.floor(index / ITEM_PAGE)]?.items[index % ITEM_PAGE];
  const base = useImageBase(id);
  const names = useMemo(
    () => new Map(categories.map((category) => [category.id, categoryName(category)])),
    [categories],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize();
  const columns = asPosters ? Math.max(2, Math.floor(width / POSTER_TILE.width)) : 1;
  const rows = useVirtualizer({
    count: Math.ceil(loaded / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => (asPosters ? POSTER_TILE.height : ROW_HEIGHT),
    overscan: 8,
  });
  const shown = rows.getVirtualItems();
  const lastIndex = ((shown.at(-1)?.index ?? 0) + 1) * columns;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastIndex > loaded - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, lastIndex, loaded, fetchNextPage]);
  return (
    <>
      <Text size="xs" c="dimmed" role="status">
        {count(loaded)} items{hasNextPage ? ' so far' : ''}
      </Text>
      <Box
        ref={scroller}
        tabIndex={0}
        role="list"
        aria-label="Items"
        data-testid="items"
        style={{
          height: 'calc(100vh - 330px)',
          minHeight: 320,
          overflowY: 'auto',
          border: '1px solid var(--mantine-color-default-border)',
          borderRadius: 8,
          background: 'var(--mantine-color-body)',
          contain: 'strict',
        }}
      >
        <div ref={sizeRef} role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {shown.map((row) => (
            <div
              key={row.key}
              role="presentation"
              style={{
                position: 'absolute',
                top: 0,
                left: 0,
                width: '100%',
                height: row.size,
                transform: `translateY(${row.start}px)`,
                display: 'flex',
              }}
            >
              {Array.from({ length: columns }, (_unused, column) => {
                const item = itemAt(row.index * columns + column);
                if (item === undefined) return null;
                return asPosters ? (
                  <PosterTile key={item.id} provider={id} item={item} base={base} />
                ) : (
                  <ItemRow
                    key={item.id}
                    provider={id}
                    item={item}
                    base={base}
                    category={names.get(item.category ?? '')}
                  />
                );
              })}
            </div>
          ))}
        </div>
      </Box>
    </>
  );
}
