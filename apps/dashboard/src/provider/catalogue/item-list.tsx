import type { CategoryCountDto } from '@catalogue-sync/api-client';
import { Box, Text } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { count } from '../../words/numbers.js';
import { categoryName, useImageBase } from './catalogue-queries.js';
import { ItemRow, PosterTile, POSTER_TILE, ROW_HEIGHT } from './item-row.js';
import { joined, type useItemPages } from './item-pages.js';

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
  const { count: loaded, at: itemAt } = useMemo(() => joined(data?.pages ?? []), [data]);
  /** As ARIA has it: -1 is a number that is not known yet. */
  const total = hasNextPage ? -1 : loaded;
  const base = useImageBase(id);
  const names = useMemo(
    () => new Map(categories.map((category) => [category.id, categoryName(category)])),
    [categories],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize();
  const listRef = useMergedRef(scroller, sizeRef);
  const columns = asPosters ? Math.max(2, Math.floor(width / POSTER_TILE.width)) : 1;
  const lineHeight = asPosters ? POSTER_TILE.height : ROW_HEIGHT;
  const rows = useVirtualizer({
    count: Math.ceil(loaded / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 4,
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
        ref={listRef}
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
        <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          <div
            role="presentation"
            style={{
              position: 'absolute',
              width: '100%',
              transform: `translateY(${shown[0]?.start ?? 0}px)`,
            }}
          >
            {shown.map((row) => (
              <div key={row.key} role="presentation" className="item-line" style={{ height: lineHeight }}>
                {Array.from({ length: columns }, (_unused, column) => {
                  const index = row.index * columns + column;
                  const item = itemAt(index);
                  if (item === undefined) return null;
                  const place = { provider: id, item, base, position: index + 1, of: total };
                  return asPosters ? (
                    <PosterTile key={item.id} {...place} />
                  ) : (
                    <ItemRow key={item.id} {...place} category={names.get(item.category ?? '')} />
                  );
                })}
              </div>
            ))}
          </div>
        </div>
      </Box>
    </>
  );
}
