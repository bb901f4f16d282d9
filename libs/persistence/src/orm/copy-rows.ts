/** Postgres's binary COPY format: signature, no flags, no header extension. */
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);
const CHUNK_BYTES = 256 * 1024;
/** Grows as rows come: most batches are small, and a buffer costs what it holds. */
const FIRST_BYTES = 16 * 1024;
/** Postgres counts time from here, in microseconds. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
/** Postgres's number of the type `text`. */
const TEXT_OID = 25;

/**
 * A field of a row for `COPY … FROM STDIN (FORMAT binary)`: text or bytea as string or bytes, int2 as `smallint(n)`, int4 as `int(n)`, int8 as
 * `bigint(n)`, timestamptz as `timestamp(date)`, text[] as `texts(values)`, null.
 */
export type CopyField = string | Uint8Array | Binary | null;

/** A value as the type of its column has it. */
class Binary {
  constructor(readonly bytes: Buffer) {}
}

export function smallint(value: number): Binary {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return new Binary(bytes);
}

export function int(value: number): Binary {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return new Binary(bytes);
}

export function bigint(value: number): Binary {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value));
  return new Binary(bytes);
}

export function timestamp(value: Date): Binary {
  return bigint((value.getTime() - EPOCH_MS) * 1000);
}

export function texts(values: readonly string[]): Binary {
  const words = (...numbers: number[]): Buffer => {
    const bytes = Buffer.allocUnsafe(4 * numbers.length);
    for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 * index);
    return bytes;
  };
  // Dimensions, whether any is null, the type; then of the one dimension how many there are, and from where they are counted.
  if (values.length === 0) return new Binary(words(0, 0, TEXT_OID));
  const encoded = values.map((value) => Buffer.from(value));
  const parts = encoded.flatMap((bytes) => [words(bytes.length), bytes]);
  return new Binary(Buffer.concat([words(1, 0, TEXT_OID, values.length, 1), ...parts]));
}

/** Encodes rows for a binary COPY, in chunks. Texts go through as the bytes they are: nothing is escaped, quoted or parsed. */
export function* copyRows(rows: Iterable<readonly CopyField[]>): Generator<Buffer> {
  const chunk = new Chunk();
  chunk.bytes(HEADER);
  for (const row of rows) {
    chunk.count(row.length);
    for (const field of row) {
      if (field === null) chunk.length(-1);
      else if (typeof field === 'string') chunk.text(field);
      else chunk.value(field instanceof Binary ? field.bytes : field);
    }
    if (chunk.size >= CHUNK_BYTES) yield chunk.take();
  }
  chunk.bytes(END);
  yield chunk.take();
}

/** Bytes written one behind the other. */
class Chunk {
  size = 0;
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);

  take(): Buffer {
    const taken = this.buffer.subarray(0, this.size);
    this.buffer = Buffer.allocUnsafe(0);
    this.size = 0;
    return taken;
  }

  bytes(value: Uint8Array): void {
    this.makeRoom(value.length);
    this.buffer.set(value, this.size);
    this.size += value.length;
  }

  count(value: number): void {
    this.makeRoom(2);
    this.size = this.buffer.writeInt16BE(value, this.size);
  }

  length(value: number): void {
    this.makeRoom(4);
    this.size = this.buffer.writeInt32BE(value, this.size);
  }

  value(bytes: Uint8Array): void {
    this.length(bytes.length);
    this.bytes(bytes);
  }

  text(text: string): void {
    // No character takes more.
    this.makeRoom(4 + 3 * text.length);
    const written = this.buffer.write(text, this.size + 4);
    this.buffer.writeInt32BE(written, this.size);
    this.size += 4 + written;
  }

  private makeRoom(more: number): void {
    const needed = this.size + more;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length, FIRST_BYTES));
    this.buffer.copy(larger, 0, 0, this.size);
    this.buffer = larger;
  }
}
