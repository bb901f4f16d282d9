const CANONICAL_NUMBER = /^(?:0|[1-9]\d{0,14})$/;
const INITIAL_SLOTS = 4096;

/**
 * An id as one number: exact for decimal ids of up to 15 digits, a 53-bit hash for others. Never 0, and the two never meet: numbers are
 * positive, hashes negative.
 */
export function idKey(id: string): number {
  return CANONICAL_NUMBER.test(id) ? Number(id) + 1 : -1 - hash53(id);
}

/** A set of ids in 8 to 16 bytes each: what a walk over a million rows can afford to remember. */
export class IdSet {
  size = 0;
  private slots = new Float64Array(INITIAL_SLOTS);

  has(key: number): boolean {
    return this.slots[this.slotOf(key)] === key;
  }

  /** Whether the key is new. */
  add(key: number): boolean {
    const slot = this.slotOf(key);
    if (this.slots[slot] === key) return false;
    this.slots[slot] = key;
    this.size++;
    if (this.size * 4 > this.slots.length * 3) this.grow();
    return true;
  }

  /** Where the key is, or would go. */
  private slotOf(key: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = (Math.imul((key % 0x1_0000_0000) | 0, 0x9e3779b1) ^ (key / 0x1_0000_0000)) & mask;
    while (slots[slot] !== 0 && slots[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Float64Array(old.length * 2);
    for (const key of old) if (key !== 0) this.slots[this.slotOf(key)] = key;
  }
}

/** cyrb53: two 32-bit multiplicative hashes side by side. */
export function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
