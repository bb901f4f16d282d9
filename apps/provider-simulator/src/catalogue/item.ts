import type { ItemKind } from '@catalogue-sync/contracts';
import type { Population } from './population.js';

/** One item as of now: the few figures everything else about it is drawn from. */
export interface Item {
  kind: ItemKind;
  /** Position in its population; never shown. */
  index: number;
  /** The provider's id. */
  id: number;
  /** The number its texts are drawn from. */
  draw: number;
  /** The version that edited it last; 0 when none did. */
  edition: number;
  /** Position of the first category. */
  category: number;
  /** Position of a further category, where it has one. */
  secondCategory: number | undefined;
  /** Unix seconds; 0 when the provider tells none. */
  addedAt: number;
  /** Episodes of a series on top of those it was drawn with; below 0: fewer. */
  extraEpisodes: number;
}

export function itemAt(population: Population, index: number): Item {
  return {
    kind: population.kind,
    index,
    id: population.id(index),
    draw: population.draw(index),
    edition: population.edition(index),
    category: population.category(index),
    secondCategory: population.secondCategory(index),
    addedAt: population.addedAt(index),
    extraEpisodes: population.extraEpisodes(index),
  };
}
