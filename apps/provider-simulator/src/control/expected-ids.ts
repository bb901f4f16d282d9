import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import type { Catalogue } from '../catalogue/catalogue.js';

/** The ids of all live items as `kind:external id`, one a line: what a perfect sync knows. */
export function* expectedIds(
  catalogue: Catalogue,
  kinds: readonly ItemKind[] = ITEM_KINDS,
): Generator<string> {
  for (const kind of kinds) {
    const population = catalogue.population(kind);
    for (let index = 0; index < population.slots; index++) {
      if (population.isLive(index)) yield `${kind}:${population.id(index)}\n`;
    }
  }
}
