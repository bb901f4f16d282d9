import { Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { memo, type MouseEvent, type ReactNode } from 'react';
import { KIND_NAME, nameIn } from '../../words/names.js';
import type { ListedItem } from './item-pages.js';
import { Poster } from './poster.js';

/** Pixels. */
export const ROW_HEIGHT = 56;
export const POSTER_TILE = { width: 150, height: 256 };

interface ItemProps {
  provider: string;
  item: ListedItem;
  base: string | undefined;
}

const ROW_STYLE = {
  display: 'flex',
  alignItems: 'center',
  gap: 12,
  flex: 1,
  minWidth: 0,
  padding: '0 14px',
  borderBottom: '1px solid var(--mantine-color-default-border)',
} as const;

export const ItemRow = memo(function ItemRow({
  provider,
  item,
  base,
  category,
}: ItemProps & { category: string | undefined }) {
  return (
    <div role="listitem" style={ROW_STYLE}>
      <Poster path={item.poster} base={base} name={item.name} width={28} />
      <div style={{ minWidth: 0, flex: 1 }}>
        <ItemLink provider={provider} item={item.id}>
          <Text span size="sm" truncate display="block">
            {item.name}
          </Text>
        </ItemLink>
        <Text size="xs" c="dimmed" truncate>
          {[nameIn(KIND_NAME, item.kind), item.year, category]
            .filter((part) => part !== undefined)
            .join(' · ')}
        </Text>
      </div>
      <Text size="xs" c="dimmed" visibleFrom="xs">
        {item.addedAt?.slice(0, 10)}
      </Text>
    </div>
  );
});

export const PosterTile = memo(function PosterTile({ provider, item, base }: ItemProps) {
  return (
    <div role="listitem" style={{ flex: 1, minWidth: 0, padding: 10 }}>
      <ItemLink provider={provider} item={item.id}>
        <Poster path={item.poster} base={base} name={item.name} width={POSTER_TILE.width - 30} />
        <Text span size="xs" lineClamp={2} mt={4}>
          {item.name}
        </Text>
      </ItemLink>
    </div>
  );
});

/** A link without what the router's own watches: hundreds of them are drawn in a second while somebody scrolls. */
function ItemLink({ provider, item, children }: { provider: string; item: string; children: ReactNode }) {
  const { history } = useRouter();
  const href = `/providers/${provider}/catalogue/${encodeURIComponent(item)}`;
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.push(href);
  };
  return (
    <a href={href} className="plain" onClick={follow}>
      {children}
    </a>
  );
}
