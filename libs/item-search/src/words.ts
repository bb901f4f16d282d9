const ASCII = /^[\0-\x7f]*$/;
/** Accents, once they stand apart from their letters. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Signs of other scripts that stand on a letter, such as vowels, are part of its word. */
const WORD = /[\p{Alphabetic}\p{M}\p{N}]+/gu;
const ASCII_WORD = /[a-z0-9]+/g;

/** A text as it is compared: case and accents do not count. */
export function folded(text: string): string {
  const small = text.toLowerCase();
  if (ASCII.test(small)) return small;
  // A letter without a small form of its own, such as a bold or a script capital, comes apart into an ordinary capital.
  return small.normalize('NFKD').toLowerCase().replace(ACCENTS, '');
}

/** The words of a folded text, parted by what is neither letter nor digit. A title in a script without blanks is one word. */
export function wordsOf(foldedText: string): string[] {
  return foldedText.match(ASCII.test(foldedText) ? ASCII_WORD : WORD) ?? [];
}

/** The first `count` characters as PostgreSQL counts them: a surrogate pair is one. */
export function firstCharacters(text: string, count: number): string {
  return text.length <= count
    ? text
    : Array.from(text.slice(0, 2 * count))
        .slice(0, count)
        .join('');
}
