import type { ItemKind } from '@catalogue-sync/contracts';
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
 * ranges that were added, a bit per removed item, and a map entry per edited or moved item.
 */
export class Population {
  #removedBits: Uint32Array;
  readonly #added: AddedRange[] = [];
  readonly #editions = new Map<number, number>();
  readonly #categories = new Map<number, number>();
  readonly #salt: number;
  #slots: number;
  #live: number;

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

  /** The number from which all texts and figures of an item are drawn. */
  draw(index: number): number {
    return mix(this.#salt, index);
  }

  /** The provider's id: stable, unique over all kinds, rising with the index, and with gaps. */
  id(index: number): number {
    const residues = RESIDUES[this.kind];
    return ID_BASE + ID_BLOCK * index + (residues[mix(this.#salt ^ 0x5bd1, index) % residues.length] ?? 0);
  }

  /** The live item with a provider id. */
  indexOf(id: number): number | undefined {
    const index = Math.floor((id - ID_BASE) / ID_BLOCK);
    return Number.isSafeInteger(id) && this.isLive(index) && this.id(index) === id ? index : undefined;
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

  /** Unix seconds; 0 for the few items whose provider forgot the date. Newer indexes are never older, and each version is newer than all before. */
  addedAt(index: number): number {
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

  /** Appends `count` items as of `version` and returns the first one's index. */
  add(count: number, version: number): number {
    const start = this.#slots;
    if (count > 0) this.#added.push({ start, count, version });
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
    this.#editions.delete(index);
    this.#categories.delete(index);
  }
}
