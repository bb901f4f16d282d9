import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { Lexemes } from './lexemes.js';
import { firstCharacters, folded, wordsOf } from './words.js';

/** Characters of names that are looked through, and of those that they are sorted by. */
const MAX_SEARCHED = 450;
const MAX_SORTED = 200;
/** Categories of an item that count: PostgreSQL takes a megabyte of lexemes an item. */
const MAX_CATEGORIES = 300;

/** What an item is found by. What an item does not tell is ''. */
export interface SearchableItem {
  kind: ItemKind;
  name: string;
  /** Only where the name does not hold it. */
  originalName?: string | undefined;
  genres: readonly string[];
  year: string;
  /** The primary one first. */
  categoryIds: readonly string[];
}

export interface SearchEntry {
  /** The name without case, accents and signs in front; '' when nothing is left. */
  nameOrder: string;
  /** For a `tsvector`; one may come more than once. */
  lexemes: string[];
}

/** Makes the entries of one provider's items. */
export function entryOf(provider: ProviderId): (item: SearchableItem) => SearchEntry {
  const of = new Lexemes(provider);
  return ({ kind, name, originalName = '', genres, year, categoryIds }) => {
    const foldedName = searched(name);
    const words = wordsOf(foldedName);
    const categories = categoryIds.length === 0 ? [''] : categoryIds.slice(0, MAX_CATEGORIES);
    const lexemes = [
      of.ofKind(kind),
      of.ofYear(year),
      ...categories.map((category) => of.ofCategory(category)),
      ...genres.map((genre) => of.ofGenre(genre)),
    ];
    const [first] = words;
    if (first !== undefined) lexemes.push(...of.ofWord('f', first));
    for (const word of [...words, ...wordsOf(searched(originalName))]) lexemes.push(...of.ofWord('w', word));
    const sorted = first === undefined ? '' : foldedName.slice(foldedName.indexOf(first));
    return { nameOrder: firstCharacters(sorted, MAX_SORTED), lexemes };
  };
}

function searched(text: string): string {
  return firstCharacters(folded(firstCharacters(text, MAX_SEARCHED)), MAX_SEARCHED);
}
