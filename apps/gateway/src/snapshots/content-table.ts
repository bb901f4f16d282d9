import { hash } from 'node:crypto';

/** Words of an entry: two of the id's hash, two of the content's. */
const WORDS = 4;

/** How an entry stands towards what was remembered. */
export type Standing = 'unknown' | 'same' | 'changed';

/**
 * Remembers many ids with their contents in a fixed room of at most 68 bytes an id, by 64 bits of their hashes: among a million ids two share one with a
 * chance of 1 to 40 million.
 */
export class ContentTable {
  private readonly capacity: number;
  private readonly words: Uint32Array;
  private readonly met: Uint8Array;
  private unmetIds = 0;

  /** Room for so many ids. */
  constructor(ids: number) {
    this.capacity = 2 ** Math.ceil(Math.log2(Math.max(2, ids * 2)));
    this.words = new Uint32Array(this.capacity * WORDS);
    this.met = new Uint8Array(this.capacity);
  }

  /** Throws a RangeError when there is no room left. */
  remember(id: string, content: Uint8Array): void {
    const [high, low] = digest(id);
    const entry = this.find(high, low);
    if (entry === undefined) throw new RangeError('More ids were remembered than was said.');
    if (this.words[entry * WORDS] === 0) this.unmetIds++;
    this.words.set([high, low, ...digest(content)], entry * WORDS);
  }

  /** Tells how an entry stands, and notes that its id was met. */
  meet(id: string, content: Uint8Array): Standing {
    const entry = this.entryOf(id);
    if (entry === undefined) return 'unknown';
    if (this.met[entry] === 0) this.unmetIds--;
    this.met[entry] = 1;
    const [high, low] = digest(content);
    return this.words[entry * WORDS + 2] === high && this.words[entry * WORDS + 3] === low
      ? 'same'
      : 'changed';
  }

  /** How many of the remembered ids were not met. */
  get unmet(): number {
    return this.unmetIds;
  }

  wasMet(id: string): boolean {
    const entry = this.entryOf(id);
    return entry !== undefined && this.met[entry] === 1;
  }

  private entryOf(id: string): number | undefined {
    const [high, low] = digest(id);
    const entry = this.find(high, low);
    return entry === undefined || this.words[entry * WORDS] === 0 ? undefined : entry;
  }

  /** The id's entry, or the free one where it belongs. */
  private find(high: number, low: number): number | undefined {
    for (let step = 0; step < this.capacity; step++) {
      const entry = (low + step) % this.capacity;
      const known = this.words[entry * WORDS];
      if (known === 0 || (known === high && this.words[entry * WORDS + 1] === low)) return entry;
    }
    return undefined;
  }
}

/** The first 64 bits of a hash; the first word is never 0, which marks a free entry. */
function digest(value: string | Uint8Array): [high: number, low: number] {
  const bytes = hash('sha1', value, 'buffer');
  return [bytes.readUInt32LE(0) || 1, bytes.readUInt32LE(4)];
}
