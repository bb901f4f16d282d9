import { CatalogueSyncError, ERROR_CODE, ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { MAX_ITEMS_PER_KIND } from './catalogue-config.js';
import type { Population } from './population.js';
import { chooseDistinct, mix, shareOut } from './seeded.js';
import {
  applyUpheaval,
  locate,
  refuseUpheaval,
  type UpheavalChanges,
  type UpheavalRequest,
} from './upheaval.js';

/** What one version changes: so many items of each sort, all different ones. */
export interface TomorrowRequest extends UpheavalRequest {
  /** New items, newer than everything before. */
  add: number;
  /** Items whose texts change while their `added` date stays. */
  edit: number;
  remove: number;
  /** Items that go to another first category. */
  move: number;
  /** Default: all. Counts are shared out among them in proportion to their sizes, at least one each where they suffice. */
  kinds?: ItemKind[];
}

/** Exactly what a version changed: every id, as `kind:external id`. */
export interface CatalogueChanges extends UpheavalChanges {
  added: string[];
  edited: string[];
  removed: string[];
  moved: string[];
}

const SALT = 0x70a0;
const DAY = 86_400;

/** Plans the change of every kind, and applies it only if all of it is possible. `epoch`: Unix seconds of version 0. */
export function makeTomorrow(
  populations: Record<ItemKind, Population>,
  { seed, epoch }: { seed: number; epoch: number },
  version: number,
  request: TomorrowRequest,
): CatalogueChanges {
  const kinds =
    request.kinds === undefined ? ITEM_KINDS : ITEM_KINDS.filter((kind) => request.kinds?.includes(kind));
  const sizes = kinds.map((kind) => populations[kind].liveCount);
  const movable = kinds.map((kind, i) => (populations[kind].categoryCount > 1 ? (sizes[i] ?? 0) : 0));
  const adds = shareOut(request.add, sizes.some((size) => size > 0) ? sizes : kinds.map(() => 1));
  const edits = shareOut(request.edit, sizes);
  const removes = shareOut(request.remove, sizes);
  const moves = shareOut(request.move, movable);
  const plans = kinds.map((kind, i) => ({
    population: populations[kind],
    add: adds[i] ?? 0,
    edit: edits[i] ?? 0,
    remove: removes[i] ?? 0,
    move: moves[i] ?? 0,
  }));
  const planned = plans.reduce((sum, plan) => sum + plan.edit + plan.remove + plan.move, 0);
  if (planned !== request.edit + request.remove + request.move)
    throw tooMuch('There is nothing to edit, remove or move.');
  plans.forEach(refuseTooMuch);
  refuseUpheaval({ populations, kinds }, request, (kind) => {
    const { edit, remove, move } = plans[kinds.indexOf(kind)] ?? { edit: 0, remove: 0, move: 0 };
    return edit + remove + move;
  });
  const changes: CatalogueChanges = { added: [], edited: [], removed: [], moved: [] };
  for (const id of new Set(request.removeIds)) {
    const found = locate(populations, id);
    found?.population.remove(found.index);
    changes.removed.push(id);
  }
  for (const plan of plans) applyPlan(plan, mix(mix(seed, SALT), version), version, changes);
  const touched = new Set([...changes.added, ...changes.edited, ...changes.removed, ...changes.moved]);
  const scene = { populations, kinds, seed, version, now: epoch + version * DAY };
  return Object.assign(changes, applyUpheaval(scene, request, touched));
}

interface Plan {
  population: Population;
  add: number;
  edit: number;
  remove: number;
  move: number;
}

function refuseTooMuch({ population, add, edit, remove, move }: Plan): void {
  const touched = edit + remove + move;
  if (touched > population.liveCount) {
    throw tooMuch(
      `${touched} of ${population.liveCount} items of kind ${population.kind} cannot be changed; ask for fewer.`,
    );
  }
  if (population.slots + add > MAX_ITEMS_PER_KIND) {
    throw tooMuch(`A kind has at most ${MAX_ITEMS_PER_KIND} items over all versions; add fewer.`);
  }
}

function tooMuch(message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message);
}

function applyPlan(plan: Plan, seed: number, version: number, changes: CatalogueChanges): void {
  const { population } = plan;
  const itemId = (index: number) => `${population.kind}:${population.id(index)}`;
  const kindSeed = mix(seed, population.draw(0));
  const chosen = chooseDistinct(population.liveIndexes(), plan.edit + plan.remove + plan.move, kindSeed);
  chosen.forEach((index, position) => {
    const id = itemId(index);
    if (position < plan.edit) {
      population.edit(index, version);
      changes.edited.push(id);
    } else if (position < plan.edit + plan.remove) {
      population.remove(index);
      changes.removed.push(id);
    } else {
      population.move(index, otherCategory(population, index, mix(kindSeed, position)));
      changes.moved.push(id);
    }
  });
  const start = population.add(plan.add, version);
  for (let i = 0; i < plan.add; i++) changes.added.push(itemId(start + i));
}

function otherCategory(population: Population, index: number, draw: number): number {
  const step = 1 + (draw % (population.categoryCount - 1));
  return (population.category(index) + step) % population.categoryCount;
}
