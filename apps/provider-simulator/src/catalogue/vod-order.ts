import type { ItemKind } from '@catalogue-sync/contracts';
import { itemAt } from './item.js';
import { displayName } from './item-text.js';
import type { Population } from './population.js';
import { RAW_WORDS } from './vocabulary.js';

/** How a portal sorts its video list. */
export type VodSort = 'added' | 'name';
/** Which kinds one list holds: a genuine portal mixes them, a panel lists them apart. */
export type VodKinds = 'both' | 'movie' | 'series';

/** A movie or series in a sorted list: twice its index, plus one for a series. */
export type VodRef = number;
export function vodRefKind(ref: VodRef): ItemKind {
  return (ref & 1) === 1 ? 'series' : 'movie';
}
export function vodRefIndex(ref: VodRef): number {
  return ref >>> 1;
}

/** References stay below this, so that date and reference fit one exact double. */
const REF_LIMIT = 2 ** 22;

/**
 * The sorted lists that pages are cut from: four bytes an item and order, made when first asked for and forgotten when the catalogue
 * changes, so that a page costs its rows and never a sort.
 */
export class VodOrder {
  readonly #lists = new Map<string, Uint32Array>();

  constructor(
    private readonly movies: Population,
    private readonly series: Population,
  ) {}

  /** Drops what was sorted before a change. */
  forget(): void {
    this.#lists.clear();
  }

  /** The whole sorted list, or what of it lies in the category at a position. */
  list(kinds: VodKinds, sort: VodSort, category?: number): Uint32Array {
    const key = `${kinds} ${sort} ${category ?? '*'}`;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const list =
      category === undefined
        ? this.#sorted(kinds, sort)
        : this.list(kinds, sort).filter((ref) => this.#isIn(ref, category));
    this.#lists.set(key, list);
    return list;
  }

  /** What of a list has `text` in its name, any case. */
  search(list: Uint32Array, text: string): Uint32Array {
    const wanted = text.toLowerCase();
    return list.filter((ref) => this.#name(ref).toLowerCase().includes(wanted));
  }

  #sorted(kinds: VodKinds, sort: VodSort): Uint32Array {
    const refs = this.#refs(kinds);
    return sort === 'added' ? this.#newestFirst(refs) : this.#byName(refs);
  }

  #refs(kinds: VodKinds): Uint32Array {
    const movies = kinds === 'series' ? new Uint32Array(0) : this.movies.listedIndexes();
    const series = kinds === 'movie' ? new Uint32Array(0) : this.series.listedIndexes();
    const refs = new Uint32Array(movies.length + series.length);
    movies.forEach((index, i) => (refs[i] = index * 2));
    series.forEach((index, i) => (refs[movies.length + i] = index * 2 + 1));
    return refs;
  }

  #newestFirst(refs: Uint32Array): Uint32Array {
    const keys = Float64Array.from(
      refs,
      (ref) => this.#population(ref).addedAt(vodRefIndex(ref)) * REF_LIMIT + ref,
    );
    keys.sort();
    return refs.map((_, i) => (keys[keys.length - 1 - i] ?? 0) % REF_LIMIT);
  }

  #byName(refs: Uint32Array): Uint32Array {
    const names = Array.from(refs, (ref) => this.#name(ref));
    const places = Uint32Array.from(refs, (_, i) => i);
    places.sort((a, b) => compareText(names[a] ?? '', names[b] ?? '') || a - b);
    return places.map((place) => refs[place] ?? 0);
  }

  #isIn(ref: VodRef, category: number): boolean {
    return this.#population(ref).category(vodRefIndex(ref)) === category;
  }

  #name(ref: VodRef): string {
    return displayName(RAW_WORDS, itemAt(this.#population(ref), vodRefIndex(ref)));
  }

  #population(ref: VodRef): Population {
    return vodRefKind(ref) === 'series' ? this.series : this.movies;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
