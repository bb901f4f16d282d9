import { hash } from 'node:crypto';
import type { ItemKind } from '@catalogue-sync/contracts';
import type { CategoryCountDto } from '@catalogue-sync/contracts/rest';
import { NO_CATEGORY } from '../snapshots/category-document.js';

const OWN_BELOW = 2 ** 31;
/** Of what is in no category: players show only what is in one. */
const NUMBER_OF_NONE = 0;
const NAME_OF_NONE = 'Other';

export interface NumberedCategory {
  number: number;
  name: string;
  /** `id` of the catalogue; "" for what is in none. */
  id: string;
}

/** The categories that hold items of one kind, by the numbers that Xtream players know them by. */
export class CategoryNumbers {
  readonly all: readonly NumberedCategory[];
  private readonly byId: ReadonlyMap<string, number>;

  /**
   * A category's number is the provider's own where that is one and no other category of the kind has it, else 31 bits of the MD5 of its id. One
   * that is taken goes to the next free number, in the order of the ids.
   */
  constructor(listed: readonly CategoryCountDto[], kind: ItemKind) {
    const used = listed.filter(({ counts }) => counts[kind] > 0);
    const byId = new Map<string, number>();
    const taken = new Set([NUMBER_OF_NONE]);
    for (const { id } of [...used].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const number = id === NO_CATEGORY ? NUMBER_OF_NONE : freeNumber(id, taken);
      taken.add(number);
      byId.set(id === NO_CATEGORY ? '' : id, number);
    }
    this.byId = byId;
    this.all = used.map(({ id, category }) => ({
      id: id === NO_CATEGORY ? '' : id,
      number: byId.get(id === NO_CATEGORY ? '' : id) ?? NUMBER_OF_NONE,
      name: id === NO_CATEGORY ? NAME_OF_NONE : nameOf(category, id),
    }));
  }

  /** The numbers of an item's categories, its first one first; that of none where it is in none. */
  of(categoryIds: readonly string[]): number[] {
    const numbers = categoryIds.flatMap((id) => this.byId.get(id) ?? []);
    return numbers.length === 0 ? [NUMBER_OF_NONE] : numbers;
  }

  /** The id of the category with a number; undefined when none has it. */
  find(number: string): string | undefined {
    return this.all.find((category) => String(category.number) === number)?.id;
  }
}

/** The name of a category as the provider writes it; of one that it does not name, its id. */
export function nameOf(category: Readonly<Record<string, unknown>> | undefined, id: string): string {
  const name = category?.['name'];
  return typeof name === 'string' ? name : id.slice(id.indexOf(':') + 1);
}

function freeNumber(id: string, taken: ReadonlySet<number>): number {
  const own = id.slice(id.indexOf(':') + 1);
  if (/^[1-9]\d{0,9}$/.test(own) && Number(own) < OWN_BELOW && !taken.has(Number(own))) return Number(own);
  let number = Number.parseInt(hash('md5', id, 'hex').slice(0, 8), 16) % OWN_BELOW;
  while (taken.has(number)) number = (number + 1) % OWN_BELOW;
  return number;
}
