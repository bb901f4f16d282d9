import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { emptyTotals } from '@catalogue-sync/catalogue';
import type { ItemId, ItemKind } from '@catalogue-sync/contracts';
import { PoisonMessage } from '@catalogue-sync/messaging';
import { checkKnown } from '../item-state/item-state.store.js';
import type { Sweep } from '../sweep/sweep.js';
import type { MappedPage } from './page-message.js';

/** What comes of items whose rows have not changed: they are there, and that is all. */
export interface KnownPlan {
  unchanged: Record<ItemKind, number>;
  /** Ids this batch saw for the first time in the run. */
  newlySeen: Set<ItemId>;
  /** Items that were taken for missing, and are there again. */
  back: ItemId[];
}

/**
 * Takes items as they are known. Throws PoisonMessage when one is not known at all: the fetcher goes by a run that this catalogue has not
 * seen, so nothing of it may count. The scope ends incomplete then, and the next run reads every row.
 */
export async function planKnownItems(
  em: SqlEntityManager,
  sweep: Sweep,
  pages: readonly MappedPage[],
  seenBefore: (id: ItemId) => boolean,
): Promise<KnownPlan> {
  const ids = pages.flatMap((page) => page.knownItems);
  const plan: KnownPlan = {
    unchanged: emptyTotals(),
    newlySeen: new Set(ids.filter((id) => !seenBefore(id))),
    back: [],
  };
  const { unknown, missing } = await checkKnown(em, sweep.providerId, sweep.scope, [...plan.newlySeen]);
  if (unknown.length > 0) {
    throw new PoisonMessage(
      `page takes ${unknown.length} item(s) for known that are not, such as ${unknown[0]}`,
    );
  }
  for (const id of plan.newlySeen) plan.unchanged[id.slice(0, id.indexOf(':')) as ItemKind] += 1;
  plan.back = missing;
  return plan;
}
