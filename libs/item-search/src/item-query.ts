import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { Lexemes, quoted } from './lexemes.js';
import { folded, wordsOf } from './words.js';

/** What is asked for; absent is not asked for. */
export interface ItemFilter {
  /** Words of the name or original name, by their beginnings. */
  words?: string | undefined;
  kind?: ItemKind | undefined;
  genre?: string | undefined;
  year?: number | undefined;
  /** A category's id; '' for items without one. */
  category?: string | undefined;
}

export interface ItemQuery {
  /** A `tsquery`: what has all that is asked for. */
  terms: string;
  /** How many things are asked for, each word being one. */
  conditions: number;
  /** The first of the words, as names are sorted by it. */
  firstWord: string | undefined;
  /** A `tsquery`: `terms` without the items whose name begins with the first word. They stand together in the order of names. */
  laterTerms: string;
}

/** Undefined when nothing is asked for. */
export function itemQuery(
  provider: ProviderId,
  { words, kind, genre, year, category }: ItemFilter,
): ItemQuery | undefined {
  const of = new Lexemes(provider);
  const asked = words === undefined ? [] : wordsOf(folded(words));
  const parts = asked.map((word) => of.beginningWith('w', word));
  if (kind !== undefined) parts.push(quoted(of.ofKind(kind)));
  if (genre !== undefined) parts.push(quoted(of.ofGenre(genre)));
  if (year !== undefined) parts.push(quoted(of.ofYear(String(year))));
  if (category !== undefined) parts.push(quoted(of.ofCategory(category)));
  if (parts.length === 0) return undefined;
  const terms = parts.join(' & ');
  const [firstWord] = asked;
  const laterTerms = firstWord === undefined ? terms : `${terms} & !${of.beginningWith('f', firstWord)}`;
  return { terms, conditions: parts.length, firstWord, laterTerms };
}

/** A part of a `tsquery`: items whose name begins with one of these letters, folded. One is needed at least. */
export function namesBeginningWith(provider: ProviderId, letters: readonly string[]): string {
  const of = new Lexemes(provider);
  return `(${letters.map((letter) => of.beginningWith('f', letter)).join(' | ')})`;
}
