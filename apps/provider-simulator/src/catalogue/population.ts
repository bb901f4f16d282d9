import type { ItemKind } from '@catalogue-sync/contracts';
import { MAX_ITEMS_PER_KIND } from './catalogue-config.js';
import { ItemOverrides } from './item-overrides.js';
import { mix } from './seeded.js';

/** Items that came in with one version. */
interface AddedRange {
  start: number;
  count: number;
  version: number;
}

const DAY = 86_400;
/** Base items are spread over this many seconds (about three years) before the epoch. */
const BASE_SPAN = 94_600_000;
/** A bulk import gives so many neighbours the same second: newest-first lists have ties, as real ones do. */
const IMPORT_BATCH = 5;
/** New items of a version lie within this many seconds. */
const ADD_SPAN = 36_000;
/** Which items an outage hides is drawn with this salt. */
const LISTED_SALT = 77;
/** Episodes that may come to a series on top of those it was drawn with: ids are laid out for it. */
const MORE_EPISODES = 60;

/**
 * Where the ids of a kind lie in blocks of eight. Channels, movies, series share one range without ever meeting, as in the panels whose
 * streams come from one table, and no two neighbours have neighbouring ids.
 */
const RESIDUES: Record<ItemKind, readonly number[]> = { movie: [0, 2, 4], series: [1, 5], channel: [3, 7] };
const ID_BLOCK = 8;
const ID_BASE = 4_000;
const KIND_SALT: Record<ItemKind, number> = { channel: 11, movie: 12, series: 13 };

/**
 * All items of one kind over time. Item i is a pure function of (seed, i, its edition); only what differs from the base is kept:
 * ranges that were added, a bit per removed item, and a map entry for each item that was edited, moved or otherwise changed.
 */
export class Population {
  #removedBits: Uint32Array;
  readonly #added: AddedRange[] = [];
  readonly #editions = new Map<number, number>();
  readonly #categories = new Map<number, number>();
  readonly #own = new ItemOverrides();
  readonly #salt: number;
  #slots: number;
  #live: number;
  /** How often all ids were given anew. */
  #numbering = 0;
  #listedPercent = 100;

  constructor(
    readonly kind: ItemKind,
    seed: number,
    private readonly baseCount: number,
    readonly categoryCount: number,
    private readonly epoch: number,
  ) {
    this.#salt = mix(seed, KIND_SALT[kind]);
    this.#slots = baseCount;
    this.#live = baseCount;
    this.#removedBits = new Uint32Array((baseCount >>> 5) + 1);
  }

  /** Items that exist now. */
  get liveCount(): number {
    return this.#live;
  }

  /** Items that ever existed: indexes run from 0 to here. */
  get slots(): number {
    return this.#slots;
  }

  isLive(index: number): boolean {
    return (
      index >= 0 && index < this.#slots && ((this.#removedBits[index >>> 5] ?? 0) & (1 << (index & 31))) === 0
    );
  }

  /** Whether the provider's lists show an item: all that are live, outages aside. */
  isListed(index: number): boolean {
    if (!this.isLive(index)) return false;
    return this.#listedPercent === 100 || mix(this.#salt ^ LISTED_SALT, index) % 100 < this.#listedPercent;
  }

  /** Hides a share of the items from the lists; they stay live. `percent` of them are shown. */
  list(percent: number): void {
    this.#listedPercent = percent;
  }

  /** The number from which all texts and figures of an item are drawn. */
  draw(index: number): number {
    return this.#own.draws.get(index) ?? mix(this.#salt, index);
  }

  /** The provider's id: stable until all are numbered anew, unique over all kinds, rising with the index, and with gaps. */
  id(index: number): number {
    const residues = RESIDUES[this.kind];
    const place = index + this.#numbering * MAX_ITEMS_PER_KIND;
    return (
      this.#own.id(index) ??
      ID_BASE + ID_BLOCK * place + (residues[mix(this.#salt ^ 0x5bd1, index) % residues.length] ?? 0)
    );
  }

  /** The live item with a provider id. */
  indexOf(id: number): number | undefined {
    const place = Math.floor((id - ID_BASE) / ID_BLOCK) - this.#numbering * MAX_ITEMS_PER_KIND;
    const index = this.#own.indexOf(id) ?? place;
    return Number.isSafeInteger(id) && this.isLive(index) && this.id(index) === id ? index : undefined;
  }

  /** Episodes that a series has on top of those it was drawn with; below 0: fewer. */
  extraEpisodes(index: number): number {
    return this.#own.episodes.get(index) ?? 0;
  }

  /** The version that edited the item last; 0 when none did. */
  edition(index: number): number {
    return this.#editions.get(index) ?? 0;
  }

  /** Position of the item's first category. */
  category(index: number): number {
    return this.#categories.get(index) ?? mix(this.draw(index), 1) % this.categoryCount;
  }

  /** Position of a further category, which one item in nine has; it stays when the item is moved. */
  secondCategory(index: number): number | undefined {
    const draw = mix(this.draw(index), 2);
    if (draw % 9 !== 0) return undefined;
    const second = (draw >>> 8) % this.categoryCount;
    return second === this.category(index) ? undefined : second;
  }

  /**
   * Unix seconds; 0 for the few items whose provider forgot the date. Newer indexes are never older, and each version is newer than all
   * before; only a date that was moved is out of line.
   */
  addedAt(index: number): number {
    const moved = this.#own.dates.get(index);
    if (moved !== undefined) return moved;
    if (index < this.baseCount) {
      if (mix(this.draw(index), 3) % 5_000 === 0) return 0;
      const batches = Math.ceil(this.baseCount / IMPORT_BATCH);
      const step = Math.max(1, Math.floor(BASE_SPAN / batches));
      const batch = Math.floor(index / IMPORT_BATCH);
      return this.epoch - 3_600 - (batches - batch) * step + (mix(this.#salt, batch) % Math.ceil(step / 2));
    }
    const range = this.#added.findLast((each) => each.start <= index);
    if (range === undefined) return 0;
    const batches = Math.ceil(range.count / IMPORT_BATCH);
    const batch = Math.floor((index - range.start) / IMPORT_BATCH);
    return this.epoch + range.version * DAY - ADD_SPAN + Math.floor((batch * ADD_SPAN) / batches);
  }

  /** Indexes of the live items, rising. */
  liveIndexes(): Uint32Array {
    const indexes = new Uint32Array(this.#live);
    let at = 0;
    for (let index = 0; index < this.#slots; index++) if (this.isLive(index)) indexes[at++] = index;
    return indexes;
  }

  /** Indexes of the items that lists show, rising. */
  listedIndexes(): Uint32Array {
    const live = this.liveIndexes();
    return this.#listedPercent === 100 ? live : live.filter((index) => this.isListed(index));
  }

  /** Indexes of the items that were removed and could come back, rising. */
  removedIndexes(): Uint32Array {
    const indexes = [];
    for (let index = 0; index < this.#slots && indexes.length < this.#slots - this.#live; index++) {
      if (!this.isLive(index) && !this.#own.gone.has(index)) indexes.push(index);
    }
    return Uint32Array.from(indexes);
  }

  /** Appends `count` items as of `version` and returns the first one's index. */
  add(count: number, version: number): number {
    if (count > 0) this.#added.push({ start: this.#slots, count, version });
    return this.#grow(count);
  }

  /** Makes room for `count` items more and returns the first one's index. */
  #grow(count: number): number {
    const start = this.#slots;
    this.#slots += count;
    this.#live += count;
    const words = (this.#slots >>> 5) + 1;
    if (words > this.#removedBits.length) {
      const grown = new Uint32Array(words);
      grown.set(this.#removedBits);
      this.#removedBits = grown;
    }
    return start;
  }

  edit(index: number, version: number): void {
    this.#editions.set(index, version);
  }

  move(index: number, category: number): void {
    this.#categories.set(index, category);
  }

  remove(index: number): void {
    if (!this.isLive(index)) return;
    this.#removedBits[index >>> 5] = (this.#removedBits[index >>> 5] ?? 0) | (1 << (index & 31));
    this.#live -= 1;
  }

  /** Brings a removed item back as it was, under its old id. */
  restore(index: number): void {
    if (this.isLive(index) || this.#own.gone.has(index)) return;
    this.#removedBits[index >>> 5] = (this.#removedBits[index >>> 5] ?? 0) & ~(1 << (index & 31));
    this.#live += 1;
  }

  /** Moves an item's date; `seconds` of Unix time. */
  redate(index: number, seconds: number): void {
    this.#own.dates.set(index, seconds);
  }

  /** Gives an item's id to other content, as of `version`. */
  reuse(index: number, version: number): void {
    this.#own.draws.set(index, mix(this.draw(index), version));
    this.#editions.delete(index);
    this.#categories.delete(index);
    this.#own.episodes.delete(index);
    this.redate(index, this.epoch + version * DAY);
  }

  addEpisodes(index: number, count: number): void {
    this.#own.episodes.set(index, Math.min(MORE_EPISODES, this.extraEpisodes(index) + count));
  }

  /** Lets an item of `other` go on in this population: same id, texts and date; its category as far as there is one. Returns its new index. */
  takeOver(other: Population, index: number): number {
    const mine = this.#grow(1);
    this.#own.keepId(mine, other.id(index));
    this.#own.draws.set(mine, other.draw(index));
    this.redate(mine, other.addedAt(index));
    this.move(mine, other.category(index) % this.categoryCount);
    if (other.edition(index) > 0) this.edit(mine, other.edition(index));
    other.remove(index);
    other.#own.gone.add(index);
    return mine;
  }

  /** Gives every item a new id, above all old ones. */
  renumber(): void {
    this.#numbering += 1;
    this.#own.dropIds();
  }
}
