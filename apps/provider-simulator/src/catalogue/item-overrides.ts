/** What single items have of their own, because something happened to them that a new edition does not tell. */
export class ItemOverrides {
  /** Numbers that texts are drawn from, where an id was given to other content. */
  readonly draws = new Map<number, number>();
  /** Unix seconds, where a date was moved. */
  readonly dates = new Map<number, number>();
  /** Episodes more or less than the item was drawn with. */
  readonly episodes = new Map<number, number>();
  /** Items that left for good: they went on as another kind, and must not come back as this one. */
  readonly gone = new Set<number>();
  readonly #ids = new Map<number, number>();
  readonly #indexes = new Map<number, number>();

  /** The id an item brought along. */
  id(index: number): number | undefined {
    return this.#ids.get(index);
  }

  indexOf(id: number): number | undefined {
    return this.#indexes.get(id);
  }

  keepId(index: number, id: number): void {
    this.#ids.set(index, id);
    this.#indexes.set(id, index);
  }

  /** Drops the ids that items brought along: all are numbered anew. */
  dropIds(): void {
    this.#ids.clear();
    this.#indexes.clear();
  }
}
