import { useRouter } from '@tanstack/react-router';
import { memo, type MouseEvent, type ReactNode } from 'react';
import { KIND_NAME, nameIn } from '../../words/names.js';
import type { ListedItem } from './item-pages.js';
import { Poster } from './poster.js';
import './item-row.css';

/** Pixels. */
export const ROW_HEIGHT = 56;
export const POSTER_TILE = { width: 150, height: 256 };

interface ItemProps {
  provider: string;
  item: ListedItem;
  base: string | undefined;
  /** From 1. */
  position: number;
  /** Items of the list; -1 while that is not known. */
  of: number;
}

// Plain elements with classes of their own: dozens of rows are drawn in a frame while somebody scrolls.

export const ItemRow = memo(function ItemRow({
  provider,
  item,
  base,
  position,
  of,
  category,
}: ItemProps & { category: string | undefined }) {
  const facts = [nameIn(KIND_NAME, item.kind), item.year, category].filter((part) => part !== undefined);
  return (
    <div role="listitem" aria-posinset={position} aria-setsize={of} className="item-row">
      <Poster path={item.poster} base={base} name={item.name} width={28} />
      <div className="item-words">
        <ItemLink provider={provider} item={item.id}>
          <span className="item-name">{item.name}</span>
        </ItemLink>
        <span className="item-facts">{facts.join(' · ')}</span>
      </div>
      <span className="item-date">{item.addedAt?.slice(0, 10)}</span>
    </div>
  );
});

export const PosterTile = memo(function PosterTile({ provider, item, base, position, of }: ItemProps) {
  return (
    <div role="listitem" aria-posinset={position} aria-setsize={of} className="item-tile">
      <ItemLink provider={provider} item={item.id}>
        <Poster path={item.poster} base={base} name={item.name} width={POSTER_TILE.width - 30} />
        <span className="item-title">{item.name}</span>
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
