/**
 * The ids seen so far in a run, as 64-bit hashes in one flat table: 16 to 32 bytes an id, so that a million items cost what a few
 * thousand strings would. A false hit would make one changed row of a run wait for the next run; at a million ids its chance is
 * below one in ten million.
 */
export class SeenIds {
  private slots = new Uint32Array(2 * 1024);
  private capacity = 1024;
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** Remembers `id`; false when it was remembered before. */
  add(id: string): boolean {
    if ((this.used + 1) * 2 > this.capacity) this.grow();
    const [high, low] = hash64(id);
    const isNew = place(this.slots, this.capacity, high, low);
    if (isNew) this.used += 1;
    return isNew;
  }

  has(id: string): boolean {
    const [high, low] = hash64(id);
    const mask = this.capacity - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const seenHigh = this.slots[2 * slot];
      const seenLow = this.slots[2 * slot + 1];
      if (seenHigh === 0 && seenLow === 0) return false;
      if (seenHigh === high && seenLow === low) return true;
    }
  }

  private grow(): void {
    const before = this.slots;
    this.capacity *= 2;
    this.slots = new Uint32Array(2 * this.capacity);
    for (let slot = 0; slot < before.length; slot += 2) {
      const high = before[slot] ?? 0;
      const low = before[slot + 1] ?? 0;
      if (high !== 0 || low !== 0) place(this.slots, this.capacity, high, low);
    }
  }
}

/** Puts a hash into its slot; false when it stands there already. */
function place(slots: Uint32Array, capacity: number, high: number, low: number): boolean {
  const mask = capacity - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    if (slots[2 * slot] === 0 && slots[2 * slot + 1] === 0) {
      slots[2 * slot] = high;
      slots[2 * slot + 1] = low;
      return true;
    }
    if (slots[2 * slot] === high && slots[2 * slot + 1] === low) return false;
  }
}

/** Two independent 32-bit hashes of the UTF-16 units (the mixing of cyrb53); never both zero, which marks a free slot. */
function hash64(text: string): [high: number, low: number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  const low = a >>> 0;
  return [low === 0 && b === 0 ? 1 : b >>> 0, low];
}
