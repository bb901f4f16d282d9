import { Injectable } from '@nestjs/common';
import type { CatalogueItem, ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { CategoryListStore } from '../items/category-list.store.js';
import { ListedItems } from '../playback/listed-items.js';
import { KeptVersions } from '../snapshots/kept-versions.js';
import { CategoryNumbers } from './category-numbers.js';
import { channelRow, movieRow, seriesRow, type RowScene } from './xtream-rows.js';

const ROW: Record<ItemKind, (item: CatalogueItem, position: number, scene: RowScene) => object> = {
  channel: channelRow,
  movie: movieRow,
  series: seriesRow,
};

/** The lists of the served snapshot, in the words of a panel. */
@Injectable()
export class XtreamLists {
  constructor(
    private readonly versions: KeptVersions,
    private readonly categoryLists: CategoryListStore,
    private readonly listed: ListedItems,
  ) {}

  /** Throws `provider-not-found` and `snapshot-not-found`. */
  async categories(provider: ProviderId, kind: ItemKind): Promise<object[]> {
    const numbers = new CategoryNumbers(
      await this.categoryLists.read(await this.versions.get(provider)),
      kind,
    );
    return numbers.all.map(({ number, name }) => ({
      category_id: String(number),
      category_name: name,
      parent_id: 0,
    }));
  }

  /** One after another; of one category where its number is given, and of none where no category has it. */
  async *rows(provider: ProviderId, kind: ItemKind, categoryNumber?: string): AsyncGenerator<object> {
    const version = await this.versions.get(provider);
    const categories = new CategoryNumbers(await this.categoryLists.read(version), kind);
    const scene = { categories, imageBaseUrl: version.head.imageBaseUrl };
    const category = categoryNumber === undefined ? undefined : categories.find(categoryNumber);
    if (categoryNumber !== undefined && category === undefined) return;
    const items =
      category === undefined
        ? this.listed.all(version, kind)
        : this.listed.ofCategory(version, kind, category);
    let position = 0;
    for await (const item of items) yield ROW[kind](item, ++position, scene);
  }

  /** What the rows of one kind are made with. */
  async scene(provider: ProviderId, kind: ItemKind): Promise<RowScene> {
    const version = await this.versions.get(provider);
    const categories = new CategoryNumbers(await this.categoryLists.read(version), kind);
    return { categories, imageBaseUrl: version.head.imageBaseUrl };
  }
}
