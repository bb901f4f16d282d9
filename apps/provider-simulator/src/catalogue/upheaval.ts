import { CatalogueSyncError, ERROR_CODE, ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { MAX_ITEMS_PER_KIND } from './catalogue-config.js';
import type { Population } from './population.js';
import { chooseDistinct, mix, shareOut } from './seeded.js';

/** The rarer things that a version can do, on top of adding, editing, removing and moving; all to items that nothing else happens to. */
export interface UpheavalRequest {
  /** Removed items that come back under their old ids, as content that is switched on again. */
  reenable?: number;
  /** Items whose id is given to other content. */
  reuse?: number;
  /** Movies that go on as series, under the same id. */
  retype?: number;
  /** Series that get one more episode. */
  newEpisode?: number;
  /** Series that lose their last episode. */
  dropEpisode?: number;
  /**
   * Whether dates tell: what comes back and what has a new episode is dated now (a portal's habit for the first, a panel's for the
   * second), what lost an episode goes back by 30 days. Default true.
   */
  bump?: boolean;
  /** Exactly these items are removed too, as `kind:external id`. */
  removeIds?: string[];
  /** All items get new ids, and nothing else of them changes. */
  renumber?: boolean;
}

/** What of an upheaval was asked for, and whom it hit: `kind:external id`, ids as they were before a renumbering. */
export interface UpheavalChanges {
  reenabled?: string[];
  reused?: string[];
  /** As movies; as series they have the same id. */
  retyped?: string[];
  newEpisodes?: string[];
  droppedEpisodes?: string[];
  renumbered?: number;
}

interface Scene {
  populations: Record<ItemKind, Population>;
  kinds: readonly ItemKind[];
  seed: number;
  version: number;
  /** Unix seconds of the version. */
  now: number;
}

const BACK_SECONDS = 30 * 86_400;
const SALT = { reenable: 1, reuse: 2, retype: 3, newEpisode: 4, dropEpisode: 5 };

/** Refuses what cannot be, before anything is changed. `planned`: how many items of each kind something else happens to. */
export function refuseUpheaval(
  { populations, kinds }: Pick<Scene, 'populations' | 'kinds'>,
  request: UpheavalRequest,
  planned: (kind: ItemKind) => number,
): void {
  const { reenable = 0, reuse = 0, retype = 0, newEpisode = 0, dropEpisode = 0 } = request;
  const free = (kind: ItemKind) =>
    kinds.includes(kind) ? populations[kind].liveCount - planned(kind) - (request.removeIds?.length ?? 0) : 0;
  const back =
    reenable === 0 ? 0 : kinds.reduce((sum, kind) => sum + populations[kind].removedIndexes().length, 0);
  const room = MAX_ITEMS_PER_KIND - populations.series.slots;
  const all = kinds.reduce((sum, kind) => sum + Math.max(0, free(kind)), 0);
  if (reenable > back) throw impossible(`Only ${back} removed items can come back; ask for fewer.`);
  if (retype > Math.min(free('movie') - reuse, room) && retype > 0)
    throw impossible('There are not so many movies to make series of; ask for fewer.');
  if (newEpisode + dropEpisode > Math.max(0, free('series') - reuse))
    throw impossible('There are not so many series whose episodes could change; ask for fewer.');
  if (reuse > all) throw impossible(`Only ${all} ids can be given to other content; ask for fewer.`);
  const named = new Set(request.removeIds);
  for (const id of named) {
    if (locate(populations, id) === undefined)
      throw impossible(`There is no item ${id} to remove; see GET /control/catalogues/:name/expected.`);
  }
  for (const kind of kinds) {
    const removed = Array.from(named).filter((id) => id.startsWith(`${kind}:`)).length;
    if (planned(kind) + removed > populations[kind].liveCount)
      throw impossible(`There are not so many items of kind ${kind} to change; ask for fewer.`);
  }
}

/** Applies an upheaval to items that are not in `touched`. */
export function applyUpheaval(
  scene: Scene,
  request: UpheavalRequest,
  touched: ReadonlySet<string>,
): UpheavalChanges {
  const { populations, kinds, now, version } = scene;
  const taken = new Set(touched);
  const bump = request.bump ?? true;
  const changes: UpheavalChanges = {};
  const movies = kinds.filter((kind) => kind === 'movie');
  const series = kinds.filter((kind) => kind === 'series');
  const each = (
    count: number | undefined,
    of: readonly ItemKind[],
    salt: number,
    change: (population: Population, index: number) => void,
    candidates = (population: Population) => population.liveIndexes(),
  ) => (count === undefined ? undefined : choose(scene, of, count, salt, taken, candidates, change));

  const reenabled = each(
    request.reenable,
    kinds,
    SALT.reenable,
    (population, index) => {
      population.restore(index);
      if (bump) population.redate(index, now);
    },
    (population) => population.removedIndexes(),
  );
  const reused = each(request.reuse, kinds, SALT.reuse, (population, index) =>
    population.reuse(index, version),
  );
  const retyped = each(request.retype, movies, SALT.retype, (population, index) => {
    taken.add(`series:${population.id(index)}`);
    populations.series.takeOver(population, index);
  });
  const newEpisodes = each(request.newEpisode, series, SALT.newEpisode, (population, index) => {
    population.addEpisodes(index, 1);
    if (bump) population.redate(index, now);
  });
  const droppedEpisodes = each(request.dropEpisode, series, SALT.dropEpisode, (population, index) => {
    population.addEpisodes(index, -1);
    if (bump) population.redate(index, Math.max(1, population.addedAt(index) - BACK_SECONDS));
  });
  Object.assign(changes, definedOnly({ reenabled, reused, retyped, newEpisodes, droppedEpisodes }));
  if (request.renumber === true) {
    changes.renumbered = ITEM_KINDS.reduce((sum, kind) => sum + populations[kind].liveCount, 0);
    for (const kind of ITEM_KINDS) populations[kind].renumber();
  }
  return changes;
}

/** The item of a `kind:external id`. */
export function locate(
  populations: Record<ItemKind, Population>,
  text: string,
): { population: Population; index: number } | undefined {
  const [kind, id] = text.split(':');
  const population = ITEM_KINDS.includes(kind as ItemKind) ? populations[kind as ItemKind] : undefined;
  const index = population?.indexOf(Number(id));
  return population === undefined || index === undefined ? undefined : { population, index };
}

/** Changes `count` items that nothing happened to yet, shared out among the kinds by size, and tells which. */
function choose(
  { populations, seed, version }: Scene,
  kinds: readonly ItemKind[],
  count: number,
  salt: number,
  taken: Set<string>,
  candidates: (population: Population) => Uint32Array,
  change: (population: Population, index: number) => void,
): string[] {
  const free = kinds.map((kind) =>
    candidates(populations[kind]).filter(
      (index) => taken.size === 0 || !taken.has(`${kind}:${populations[kind].id(index)}`),
    ),
  );
  const shares = shareOut(
    count,
    free.map((indexes) => indexes.length),
  );
  return kinds.flatMap((kind, i) => {
    const population = populations[kind];
    const draw = mix(mix(mix(seed, version), salt), population.draw(0));
    return Array.from(chooseDistinct(free[i] ?? new Uint32Array(0), shares[i] ?? 0, draw), (index) => {
      const id = `${kind}:${population.id(index)}`;
      taken.add(id);
      change(population, index);
      return id;
    });
  });
}

function definedOnly(changes: UpheavalChanges): UpheavalChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, ids]) => ids !== undefined));
}

function impossible(message: string): CatalogueSyncError {
  return new CatalogueSyncError(ERROR_CODE.invalidRequest, message);
}
