import { ITEM_KINDS, type ItemKind } from '@catalogue-sync/contracts';
import { categoryList, type Category } from './category-list.js';
import type { CatalogueConfig } from './catalogue-config.js';
import { itemAt, type Item } from './item.js';
import { Population } from './population.js';
import { makeTomorrow, type CatalogueChanges, type TomorrowRequest } from './tomorrow.js';
import { VodOrder } from './vod-order.js';

const DAY = 86_400;

/**
 * A provider's catalogue at one version of its time axis. It holds no rows: items are computed when asked for. `tomorrow` takes it to
 * the next version; what it changes depends on the seed, the version and the request only.
 */
export class Catalogue {
  readonly #populations: Record<ItemKind, Population>;
  readonly #categories: Record<ItemKind, Category[]>;
  readonly #history: TomorrowRequest[] = [];
  readonly vodOrder: VodOrder;

  constructor(readonly config: CatalogueConfig) {
    const { seed, epoch } = config;
    const sizes: Record<ItemKind, [items: number, categories: number]> = {
      channel: [config.channels, config.liveCategories],
      movie: [config.movies, config.vodCategories],
      series: [config.series, config.seriesCategories],
    };
    const perKind = <T>(make: (kind: ItemKind, items: number, categories: number) => T) =>
      Object.fromEntries(ITEM_KINDS.map((kind) => [kind, make(kind, ...sizes[kind])])) as Record<ItemKind, T>;
    this.#populations = perKind(
      (kind, items, categories) => new Population(kind, seed, items, categories, epoch),
    );
    this.#categories = perKind((kind, _, categories) => categoryList(kind, categories, seed));
    this.vodOrder = new VodOrder(this.#populations.movie, this.#populations.series);
  }

  /** How often `tomorrow` came; 0 at the start. */
  get version(): number {
    return this.#history.length;
  }

  /** Unix seconds of the version's midnight. */
  get versionTime(): number {
    return this.config.epoch + this.version * DAY;
  }

  /** The requests that led to this version: replaying them on the same config leads here again. */
  get history(): readonly TomorrowRequest[] {
    return this.#history;
  }

  population(kind: ItemKind): Population {
    return this.#populations[kind];
  }

  categories(kind: ItemKind): readonly Category[] {
    return this.#categories[kind];
  }

  /** The category at a position of a kind's list. Throws a RangeError beyond it. */
  category(kind: ItemKind, position: number): Category {
    const category = this.#categories[kind][position];
    if (category === undefined) throw new RangeError(`No ${kind} category at ${position}`);
    return category;
  }

  item(kind: ItemKind, index: number): Item {
    return itemAt(this.#populations[kind], index);
  }

  /** The live item of a kind with a provider id, as it stands in an URL or query. */
  find(kind: ItemKind, id: string): Item | undefined {
    const index = /^\d{1,12}$/.test(id) ? this.#populations[kind].indexOf(Number(id)) : undefined;
    return index === undefined ? undefined : this.item(kind, index);
  }

  /** Shows only a share of the kinds' items in the lists (all other kinds are whole again), until it is called anew. Not a version. */
  list(percent: number, kinds: readonly ItemKind[] = ITEM_KINDS): void {
    for (const kind of ITEM_KINDS) this.#populations[kind].list(kinds.includes(kind) ? percent : 100);
    this.vodOrder.forget();
  }

  /** Goes on to the next version and tells exactly what changed. Throws CatalogueSyncError when there is not enough to change. */
  tomorrow(request: TomorrowRequest): CatalogueChanges {
    const changes = makeTomorrow(this.#populations, this.config, this.version + 1, request);
    this.#history.push(request);
    this.vodOrder.forget();
    return changes;
  }
}
