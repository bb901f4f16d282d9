import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

const LF = 0x0a;
const CR = 0x0d;
/** A longer line is none of a playlist: what is beyond is dropped, bytes. */
const MAX_LINE_BYTES = 1_000_000;

type Utf16 = 'utf-16le' | 'utf-16be';

/**
 * Cuts the chunks of a playlist into blocks of whole lines, as UTF-8. UTF-16 is told by its byte order mark; lines end with LF, CR LF or a
 * lone CR. Memory is bounded by the chunk and the longest line.
 */
export class LineBlocks {
  private rest: Buffer = Buffer.alloc(0);
  private decoder: { write(chunk: Buffer): string; end(): string | undefined } | undefined;
  private started = false;
  /** The start of a line that was too long went out; the rest of it is dropped. */
  private dropping = false;

  /** The whole lines that are there now, without the last one, which may go on. */
  push(chunk: Buffer): Buffer {
    const text = this.toUtf8(chunk);
    return this.started ? this.cut(text) : text;
  }

  /** The last line. */
  end(): Buffer {
    const tail = this.decoder?.end() ?? '';
    const last = tail === '' ? this.rest : Buffer.concat([this.rest, Buffer.from(tail)]);
    this.rest = Buffer.alloc(0);
    return this.dropping ? Buffer.alloc(0) : last;
  }

  private cut(chunk: Buffer): Buffer {
    const whole = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = Math.max(whole.lastIndexOf(LF), whole.lastIndexOf(CR)) + 1;
    this.rest = Buffer.from(whole.subarray(end));
    let block = whole.subarray(0, end);
    if (this.dropping && block.length > 0) {
      const first = firstLineEnd(block);
      block = block.subarray(first);
      this.dropping = false;
    }
    if (this.rest.length > MAX_LINE_BYTES) {
      if (!this.dropping)
        block = Buffer.concat([block, this.rest.subarray(0, MAX_LINE_BYTES), Buffer.from('\n')]);
      this.dropping = true;
      this.rest = Buffer.alloc(0);
    }
    return block;
  }

  private toUtf8(chunk: Buffer): Buffer {
    let bytes = chunk;
    if (!this.started) {
      bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
      this.rest = bytes;
      // A byte order mark may come in pieces.
      if (bytes.length < 3) return Buffer.alloc(0);
      bytes = this.start();
    }
    return this.decoder === undefined ? bytes : Buffer.from(this.decoder.write(bytes));
  }

  /** Looks at the first bytes, which are in `rest`, and gives them without a mark. */
  private start(): Buffer {
    const bytes = this.rest;
    this.rest = Buffer.alloc(0);
    this.started = true;
    const encoding = utf16Of(bytes);
    if (encoding !== undefined) this.decoder = iconv.getDecoder(encoding);
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }
}

/** The lines of a block. Lines that are no UTF-8 are read as Windows-1252, each on its own: playlists are glued together from many. */
export function linesOf(block: Buffer): string[] {
  if (block.length === 0) return [];
  if (isUtf8(block)) return block.toString('utf8').split(/\r\n|\n|\r/);
  const lines: string[] = [];
  for (let start = 0; start < block.length;) {
    const end = firstLineEnd(block, start);
    const line = block.subarray(start, end);
    lines.push(isUtf8(line) ? line.toString('utf8') : iconv.decode(line, 'windows-1252'));
    start = end;
  }
  return lines;
}

/** Behind the line that starts at `from`. */
function firstLineEnd(block: Buffer, from = 0): number {
  for (let at = from; at < block.length; at++) {
    if (block[at] === LF || block[at] === CR) return at + 1;
  }
  return block.length;
}

function utf16Of(bytes: Buffer): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}
