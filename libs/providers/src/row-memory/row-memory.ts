import { SeenIds } from '@catalogue-sync/catalogue';
import type { RowDigest } from './row-digest.js';

/** Says of stored bytes that they are a row memory of this form. */
const MARK = 0x524d_0001;
const HEADER_BYTES = 12;
const DIGEST_BYTES = 8;
const END_BYTES = 4;

/**
 * The rows of a list as its run before had them: of each its digest, and the id of the item that it gave. Flat, 12 bytes a row and its id,
 * whether in memory or stored.
 */
export class RowMemory {
  /** Open addressing: row number + 1, 0 where a slot is free. */
  private readonly slots: Uint32Array;

  private constructor(
    private readonly digests: Uint32Array,
    private readonly ends: Uint32Array,
    private readonly ids: Buffer,
  ) {
    let capacity = 1_024;
    while (capacity < 2 * ends.length) capacity *= 2;
    this.slots = new Uint32Array(capacity);
    for (let row = 0; row < ends.length; row++) {
      let slot = (digests[2 * row + 1] as number) & (capacity - 1);
      while (this.slots[slot] !== 0) slot = (slot + 1) & (capacity - 1);
      this.slots[slot] = row + 1;
    }
  }

  /** Undefined for bytes that are no row memory, or one of another form. */
  static decode(stored: Buffer): RowMemory | undefined {
    if (stored.length < HEADER_BYTES || stored.readUInt32LE(0) !== MARK) return undefined;
    const rows = stored.readUInt32LE(4);
    const idBytes = stored.readUInt32LE(8);
    const endsAt = HEADER_BYTES + rows * DIGEST_BYTES;
    const idsAt = endsAt + rows * END_BYTES;
    if (stored.length !== idsAt + idBytes) return undefined;
    return new RowMemory(
      words(stored.subarray(HEADER_BYTES, endsAt)),
      words(stored.subarray(endsAt, idsAt)),
      stored.subarray(idsAt),
    );
  }

  get size(): number {
    return this.ends.length;
  }

  /** Which row has the digest; undefined when none has. */
  find([high, low]: RowDigest): number | undefined {
    const mask = this.slots.length - 1;
    for (let slot = low & mask; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = (this.slots[slot] as number) - 1;
      if (this.digests[2 * row] === high && this.digests[2 * row + 1] === low) return row;
    }
    return undefined;
  }

  idOf(row: number): string {
    return this.ids.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]);
  }
}

/** Gathers the rows of a run for the next one. Rows of an item that the list names twice are left out: each run has to look at those. */
export class RowMemoryBuilder {
  private rows = 0;
  private digests = new Uint32Array(2 * 1_024);
  private ends = new Uint32Array(1_024);
  private ids = Buffer.alloc(16_384);
  private idBytes = 0;
  private readonly seen = new SeenIds();
  private readonly repeated = new Set<string>();

  add([high, low]: RowDigest, id: string): void {
    if (!this.seen.add(id)) {
      this.repeated.add(id);
      return;
    }
    const length = Buffer.byteLength(id);
    this.makeRoom(length);
    this.digests[2 * this.rows] = high;
    this.digests[2 * this.rows + 1] = low;
    this.ids.write(id, this.idBytes);
    this.idBytes += length;
    this.ends[this.rows] = this.idBytes;
    this.rows += 1;
  }

  /** What `RowMemory.decode` reads. */
  encode(): Buffer {
    if (this.repeated.size > 0) return this.withoutRepeated().encode();
    const endsAt = HEADER_BYTES + this.rows * DIGEST_BYTES;
    const idsAt = endsAt + this.rows * END_BYTES;
    const stored = Buffer.allocUnsafe(idsAt + this.idBytes);
    stored.writeUInt32LE(MARK, 0);
    stored.writeUInt32LE(this.rows, 4);
    stored.writeUInt32LE(this.idBytes, 8);
    for (let at = 0; at < 2 * this.rows; at++) {
      stored.writeUInt32LE(this.digests[at] as number, HEADER_BYTES + 4 * at);
    }
    for (let row = 0; row < this.rows; row++) {
      stored.writeUInt32LE(this.ends[row] as number, endsAt + row * END_BYTES);
    }
    this.ids.copy(stored, idsAt, 0, this.idBytes);
    return stored;
  }

  private withoutRepeated(): RowMemoryBuilder {
    const once = new RowMemoryBuilder();
    for (let row = 0; row < this.rows; row++) {
      const id = this.ids.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]);
      if (this.repeated.has(id)) continue;
      once.add([this.digests[2 * row] as number, this.digests[2 * row + 1] as number], id);
    }
    return once;
  }

  private makeRoom(idBytes: number): void {
    if (this.rows === this.ends.length) {
      this.digests = grown(this.digests);
      this.ends = grown(this.ends);
    }
    while (this.idBytes + idBytes > this.ids.length)
      this.ids = Buffer.concat([this.ids, Buffer.alloc(this.ids.length)]);
  }
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** The bytes as numbers, in a place of their own: they may stand anywhere in a larger buffer. */
function words(bytes: Buffer): Uint32Array {
  const numbers = new Uint32Array(bytes.length / 4);
  for (let index = 0; index < numbers.length; index++) numbers[index] = bytes.readUInt32LE(4 * index);
  return numbers;
}
