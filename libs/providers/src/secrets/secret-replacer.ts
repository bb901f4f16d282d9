import { PLACEHOLDER, type Placeholder } from './placeholders.js';
import { spellings } from './spellings.js';
import { placeOfHit, type HitPlace } from './url-context.js';

export interface Secret {
  placeholder: Placeholder;
  value: string;
}

interface Spelling {
  bytes: Buffer;
  /** The secrets that are spelled so; two where user name and password are the same. */
  meanings: Meaning[];
}

interface Meaning {
  placeholder: Placeholder;
  replacement: Buffer;
  /** Too short to be told from an ordinary path segment or query value. */
  weak: boolean;
}

interface Hit {
  start: number;
  end: number;
  replacement: Buffer;
}

/** Shorter secrets are replaced only beside each other, behind a panel's `/live/` and the like, or under a query key that names them. */
const WEAK_BELOW = 4;

const SEPARATORS = ['/', String.raw`\/`, '%2F', '%2f'].map((text) => Buffer.from(text));

/** Query keys that name a secret. */
const NAMING_KEYS: Record<Placeholder, RegExp> = {
  [PLACEHOLDER.username]: /^(?:username|user|u|login)$/i,
  [PLACEHOLDER.password]: /^(?:password|pass|p|pwd)$/i,
  [PLACEHOLDER.mac]: /^mac$/i,
  [PLACEHOLDER.token]: /token/i,
};

/**
 * Puts placeholders in the place of a provider's secrets, where they stand as a whole path segment, query value or user-info of a URL; in
 * raw, percent-encoded and JSON-escaped spelling. Nowhere else: a user called "one" must not change titles.
 */
export class SecretReplacer {
  private readonly spellings: Spelling[];

  constructor(secrets: readonly Secret[]) {
    const found = new Map<string, Spelling>();
    for (const { placeholder, value } of secrets) {
      if (value === '') continue;
      for (const text of spellings(value, placeholder === PLACEHOLDER.mac)) {
        const spelling = found.get(text) ?? { bytes: Buffer.from(text), meanings: [] };
        spelling.meanings.push({
          placeholder,
          replacement: Buffer.from(placeholder),
          weak: value.length < WEAK_BELOW,
        });
        found.set(text, spelling);
      }
    }
    // Longer ones first: where two begin at the same place, the longer is meant.
    this.spellings = [...found.values()].sort((a, b) => b.bytes.length - a.bytes.length);
  }

  /** The same buffer when nothing was found. */
  replace(page: Buffer): Buffer {
    let hits: Hit[] | undefined;
    for (const spelling of this.spellings) {
      const { bytes } = spelling;
      for (let at = page.indexOf(bytes); at >= 0; at = page.indexOf(bytes, at + bytes.length)) {
        const end = at + bytes.length;
        const place = placeOfHit(page, at, end);
        const meaning = place && this.meaningOf(spelling, page, at, end, place);
        if (meaning) (hits ??= []).push({ start: at, end, replacement: meaning.replacement });
      }
    }
    return hits === undefined ? page : apply(page, hits);
  }

  /** The same for a text. */
  replaceText(text: string): string {
    const bytes = Buffer.from(text);
    const replaced = this.replace(bytes);
    return replaced === bytes ? text : replaced.toString('utf8');
  }

  /** Which secret a spelling is at this place; undefined when it is there by chance. */
  private meaningOf(
    { meanings }: Spelling,
    page: Buffer,
    start: number,
    end: number,
    place: HitPlace,
  ): Meaning | undefined {
    const username = meanings.find(({ placeholder }) => placeholder === PLACEHOLDER.username);
    const password = meanings.find(({ placeholder }) => placeholder === PLACEHOLDER.password);
    if (place.as === 'query') return queryMeaning(meanings, place.key, place.inUrl);
    if (place.as === 'user') return username;
    if (place.as === 'password') return password;
    // Side by side there is no doubt, wherever it is; and it tells equal user name and password apart.
    if (username !== undefined && this.neighbour(page, end, 'after', PLACEHOLDER.password)) return username;
    if (password !== undefined && this.neighbour(page, start, 'before', PLACEHOLDER.username))
      return password;
    if (!place.inUrl) return undefined;
    const [first] = meanings;
    return first?.weak && !(place.typed && first === username) ? undefined : first;
  }

  /** Whether the segment next to `at` is the other half of the login. */
  private neighbour(page: Buffer, at: number, side: 'before' | 'after', other: Placeholder): boolean {
    for (const separator of SEPARATORS) {
      const edge = side === 'after' ? at + separator.length : at - separator.length;
      if (!standsAt(page, separator, side === 'after' ? at : edge)) continue;
      for (const { bytes, meanings } of this.spellings) {
        if (!meanings.some(({ placeholder }) => placeholder === other)) continue;
        const start = side === 'after' ? edge : edge - bytes.length;
        if (!standsAt(page, bytes, start)) continue;
        const place = placeOfHit(page, start, start + bytes.length);
        if (place?.as === 'segment') return true;
      }
    }
    return false;
  }
}

/** The secret that the key names; else one that no key names otherwise, unless it is too short to be sure. */
function queryMeaning(meanings: readonly Meaning[], key: string, inUrl: boolean): Meaning | undefined {
  if (!inUrl) return undefined;
  const named = meanings.find(({ placeholder }) => NAMING_KEYS[placeholder].test(key));
  if (named !== undefined) return named;
  return meanings.find(({ weak }) => !weak);
}

function standsAt(page: Buffer, bytes: Buffer, at: number): boolean {
  if (at < 0 || at + bytes.length > page.length) return false;
  return page.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0;
}

function apply(page: Buffer, hits: Hit[]): Buffer {
  hits.sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: Buffer[] = [];
  let done = 0;
  for (const { start, end, replacement } of hits) {
    if (start < done) continue;
    parts.push(page.subarray(done, start), replacement);
    done = end;
  }
  parts.push(page.subarray(done));
  return Buffer.concat(parts);
}
