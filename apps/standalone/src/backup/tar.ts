/** A file, folder or link of a tar archive (POSIX ustar). */
export interface TarEntry {
  /** Relative, with slashes. */
  name: string;
  type: 'file' | 'directory';
  /** Permission bits. */
  mode: number;
  /** Bytes. */
  size: number;
}

/** The archive is damaged, or holds what we never write. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

const BLOCK = 512;
/** A name may not leave the folder that it is unpacked to. */
const SAFE_NAME = /^(?!.*(?:^|\/)\.\.(?:\/|$))[^/\0][^\0]*$/;

/** Header, content and filling of a small file. */
export function tarFile(name: string, content: Buffer, mode: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100) throw new TarError(`The name ${name} is too long for the archive.`);
  header.write(name, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(Math.floor(Date.now() / 1000), 11), 136);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257, 'latin1');
  header.write(`${octal(checksum(header), 6)}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc(-content.length & (BLOCK - 1))]);
}

/**
 * Reads an archive as it comes. For every entry, `content` must be read to its end before the next one is asked for. Throws TarError, also
 * when the archive ends before its end mark.
 */
export async function* readTar(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<{ entry: TarEntry; content: AsyncGenerator<Buffer> }> {
  const bytes = new ByteReader(source);
  for (;;) {
    const header = await bytes.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const entry = readHeader(header);
    yield { entry, content: bytes.upTo(entry.size) };
    await bytes.exactly(-entry.size & (BLOCK - 1));
  }
  // To the end, so that what wraps the archive (gzip's checksum) is checked too.
  await bytes.drain();
}

function readHeader(header: Buffer): TarEntry {
  const stored = Number.parseInt(text(header, 148, 8), 8);
  if (stored !== checksum(header)) throw new TarError('The archive is damaged: a header does not add up.');
  const prefix = text(header, 345, 155);
  const name = `${prefix === '' ? '' : `${prefix}/`}${text(header, 0, 100)}`
    .replace(/^\.\//, '')
    .replace(/\/$/, '');
  const kind = text(header, 156, 1);
  if (!SAFE_NAME.test(name))
    throw new TarError(`The archive holds a name that is not safe: ${JSON.stringify(name)}.`);
  if (kind !== '' && kind !== '0' && kind !== '5')
    throw new TarError(`The archive holds ${name}, which is neither a file nor a folder.`);
  return {
    name,
    type: kind === '5' ? 'directory' : 'file',
    mode: Number.parseInt(text(header, 100, 8), 8) & 0o777,
    size: kind === '5' ? 0 : Number.parseInt(text(header, 124, 12), 8),
  };
}

/** The sum of all bytes, its own field taken for blanks. */
function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (const [index, byte] of header.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end).trim();
}

/** Cuts a stream where it is told to. */
class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *upTo(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.rest.length === 0) {
        const next = await this.source.next();
        if (next.done === true) throw new TarError('The archive ends too early: it was cut off.');
        this.rest = next.value;
      }
      const part = this.rest.subarray(0, left);
      this.rest = this.rest.subarray(part.length);
      left -= part.length;
      if (part.length > 0) yield part;
    }
  }

  async drain(): Promise<void> {
    while ((await this.source.next()).done !== true);
  }
}
