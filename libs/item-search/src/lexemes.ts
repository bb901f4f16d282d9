import { createHash } from 'node:crypto';
import type { ItemKind, ProviderId } from '@catalogue-sync/contracts';
import { firstCharacters, folded } from './words.js';

/** Characters up to which the beginnings of a word are lexemes of their own: looking one up costs less than collecting all that begins with it. */
const BEGINNINGS = 5;
/** Characters of a value that count: PostgreSQL takes 2046 bytes a lexeme. */
const MAX_VALUE = 400;

/** What is said of a word: it stands anywhere in the name or original name, or the name begins with it. */
export type WordMark = 'w' | 'f';

/**
 * Everything that an item of one provider is filtered by, as lexemes. In front of each stands a tag of the provider, so that one index serves all of them and
 * no query reads another one's entries; should two providers share a tag, reading costs more, and their items are told apart by their rows.
 */
export class Lexemes {
  private readonly tag: string;

  constructor(provider: ProviderId) {
    this.tag = createHash('sha256').update(provider).digest('base64url').slice(0, 3);
  }

  /** Each of a word's first beginnings, and the whole of a longer word under the mark's capital. */
  ofWord(mark: WordMark, word: string): string[] {
    const found: string[] = [];
    let beginning = this.tag + mark;
    for (const character of word) {
      if (found.length === BEGINNINGS) return [...found, this.longWord(mark, word)];
      found.push((beginning += character));
    }
    return found;
  }

  /** The part of a query that finds the words with this beginning. */
  beginningWith(mark: WordMark, beginning: string): string {
    return firstCharacters(beginning, BEGINNINGS) === beginning
      ? quoted(this.tag + mark + beginning)
      : `${quoted(this.longWord(mark, beginning))}:*`;
  }

  ofKind(kind: ItemKind): string {
    return `${this.tag}k${kind}`;
  }

  /** @param year '' where an item tells none */
  ofYear(year: string): string {
    return `${this.tag}y${year}`;
  }

  ofGenre(genre: string): string {
    return `${this.tag}g${firstCharacters(folded(genre), MAX_VALUE)}`;
  }

  /** @param category '' for items without one */
  ofCategory(category: string): string {
    return `${this.tag}c${firstCharacters(category, MAX_VALUE)}`;
  }

  private longWord(mark: WordMark, word: string): string {
    return this.tag + mark.toUpperCase() + word;
  }
}

/** A lexeme as a part of a `tsquery`. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
