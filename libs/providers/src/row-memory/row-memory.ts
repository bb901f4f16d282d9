import { isAscii } from 'node:buffer';
import { endianness } from 'node:os';
import { SeenIds } from '@catalogue-sync/catalogue';
import type { RowDigest } from './row-digest.js';

/** Says of stored bytes that they are a row memory of this form. */
const MARK = 0x524d_0002;
const HEADER_BYTES = 12;
const DIGEST_BYTES = 8;
const LENGTH_BYTES = 4;
const END_BYTES = 4;

/**
 * The rows of a list as its run before had them, in its order: of each its digest and length, and the id of the item that it gave. Flat,
 * 16 bytes a row and its id, whether in memory or stored.
 */
export class RowMemory {
  /** Open addressing: row number + 1, 0 where a slot is free. */
  private readonly slots: Uint32Array;
  /** All ids as one text, where a byte is a character: cutting it takes a quarter of decoding each. */
  private readonly text: string | undefined;

  private constructor(
    private readonly digests: Uint32Array,
    private readonly lengths: Uint32Array,
    private readonly ends: Uint32Array,
    private readonly ids: Buffer,
  ) {
    this.text = isAscii(ids) ? ids.toString('latin1') : undefined;
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
    const lengthsAt = HEADER_BYTES + rows * DIGEST_BYTES;
    const endsAt = lengthsAt + rows * LENGTH_BYTES;
    const idsAt = endsAt + rows * END_BYTES;
    if (stored.length !== idsAt + idBytes) return undefined;
    return new RowMemory(
      words(stored.subarray(HEADER_BYTES, lengthsAt)),
      words(stored.subarray(lengthsAt, endsAt)),
      words(stored.subarray(endsAt, idsAt)),
      // Of their own: the rest of what was stored is not held with them.
      Buffer.from(stored.subarray(idsAt)),
    );
  }

  get size(): number {
    return this.ends.length;
  }

  /** Which row has the digest; undefined when none has. */
  find(digest: RowDigest): number | undefined {
    const mask = this.slots.length - 1;
    for (let slot = digest[1] & mask; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = (this.slots[slot] as number) - 1;
      if (this.isAt(row, digest)) return row;
    }
    return undefined;
  }

  /** Whether the row there has the digest. */
  isAt(row: number, [high, low]: RowDigest): boolean {
    return this.digests[2 * row] === high && this.digests[2 * row + 1] === low;
  }

  digestOf(row: number): RowDigest {
    return [this.digests[2 * row] as number, this.digests[2 * row + 1] as number];
  }

  /** Of what the digest is over, bytes. */
  lengthOf(row: number): number {
    return this.lengths[row] as number;
  }

  idOf(row: number): string {
    const [from, to] = this.placeOf(row);
    return this.text?.slice(from, to) ?? this.ids.toString('utf8', from, to);
  }

  /** The bytes of an id. */
  idLengthOf(row: number): number {
    const [from, to] = this.placeOf(row);
    return to - from;
  }

  /** Puts the bytes of an id where there is room for them. */
  copyId(row: number, target: Buffer, at: number): void {
    this.ids.copy(target, at, ...this.placeOf(row));
  }

  private placeOf(row: number): [from: number, to: number] {
    return [row === 0 ? 0 : (this.ends[row - 1] as number), this.ends[row] as number];
  }
}

/** Gathers the rows of a run for the next one. Rows of an item that the list names twice are left out: each run has to look at those. */
export class RowMemoryBuilder {
  private rows = 0;
  private digests = new Uint32Array(2 * 1_024);
  private lengths = new Uint32Array(1_024);
  private ends = new Uint32Array(1_024);
  private ids = Buffer.alloc(16_384);
  private idBytes = 0;
  private readonly seen = new SeenIds();
  private readonly repeated = new Set<string>();
  /** 1 for each row of the run before that was taken over. */
  private kept: Uint8Array | undefined;

  /** @param bytes length of what the digest is over */
  add([high, low]: RowDigest, bytes: number, id: string): void {
    if (!this.seen.add(id)) {
      this.repeated.add(id);
      return;
    }
    const length = Buffer.byteLength(id);
    this.makeRoom(length);
    this.ids.write(id, this.idBytes);
    this.note(high, low, bytes, length);
  }

  /**
   * Takes over a row of the run before. Whether a row that was added has the same id is for the caller to look at: most rows of a list are taken
   * over, and comparing their ids is what costs.
   */
  keep(before: RowMemory, row: number): void {
    this.kept ??= new Uint8Array(before.size);
    if (this.kept[row] === 1) {
      this.repeated.add(before.idOf(row));
      return;
    }
    this.kept[row] = 1;
    const length = before.idLengthOf(row);
    this.makeRoom(length);
    before.copyId(row, this.ids, this.idBytes);
    const [high, low] = before.digestOf(row);
    this.note(high, low, before.lengthOf(row), length);
  }

  /** The id stands in the list more than once. */
  repeats(id: string): void {
    this.repeated.add(id);
  }

  /** What `RowMemory.decode` reads. */
  encode(): Buffer {
    if (this.repeated.size > 0) return this.withoutRepeated().encode();
    const lengthsAt = HEADER_BYTES + this.rows * DIGEST_BYTES;
    const endsAt = lengthsAt + this.rows * LENGTH_BYTES;
    const idsAt = endsAt + this.rows * END_BYTES;
    const stored = Buffer.allocUnsafe(idsAt + this.idBytes);
    stored.writeUInt32LE(MARK, 0);
    stored.writeUInt32LE(this.rows, 4);
    stored.writeUInt32LE(this.idBytes, 8);
    stored.set(littleEndian(this.digests.subarray(0, 2 * this.rows)), HEADER_BYTES);
    stored.set(littleEndian(this.lengths.subarray(0, this.rows)), lengthsAt);
    stored.set(littleEndian(this.ends.subarray(0, this.rows)), endsAt);
    this.ids.copy(stored, idsAt, 0, this.idBytes);
    return stored;
  }

  private withoutRepeated(): RowMemoryBuilder {
    const once = new RowMemoryBuilder();
    for (let row = 0; row < this.rows; row++) {
      const id = this.ids.toString('utf8', row === 0 ? 0 : this.ends[row - 1], this.ends[row]);
      if (this.repeated.has(id)) continue;
      const digest = [this.digests[2 * row] as number, this.digests[2 * row + 1] as number] as const;
      once.add(digest, this.lengths[row] as number, id);
    }
    return once;
  }

  /** Behind the ids that are written already. */
  private note(high: number, low: number, bytes: number, idBytes: number): void {
    this.digests[2 * this.rows] = high;
    this.digests[2 * this.rows + 1] = low;
    this.lengths[this.rows] = bytes;
    this.idBytes += idBytes;
    this.ends[this.rows] = this.idBytes;
    this.rows += 1;
  }

  private makeRoom(idBytes: number): void {
    if (this.rows === this.ends.length) {
      this.digests = grown(this.digests);
      this.lengths = grown(this.lengths);
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

/** The stored bytes as numbers, in a place of their own: they may stand anywhere in a larger buffer. */
function words(stored: Buffer): Uint32Array {
  const bytes = new Uint8Array(stored);
  if (endianness() === 'BE') Buffer.from(bytes.buffer).swap32();
  return new Uint32Array(bytes.buffer);
}

/** Numbers as they are stored; the very same bytes where the machine keeps them so. */
function littleEndian(numbers: Uint32Array<ArrayBuffer>): Uint8Array {
  if (endianness() === 'LE') return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return Buffer.from(numbers.slice().buffer).swap32();
}
