import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { removeLeftovers, spoolFileName } from './leftovers.js';

/** Small chunks are gathered to this size before they are written, bytes. */
const WRITE_BYTES = 512 * 1024;
/** Bytes that may wait to be written before the sender is held back: it goes on while the disk does. */
const MAX_UNWRITTEN_BYTES = 4 * WRITE_BYTES;

/**
 * A private temporary file for a body that is too big for memory: mode 0600, in a folder of mode 0700. Where the system allows it, the
 * file loses its name as soon as it is open, so that it is gone with the process however that ends; elsewhere it is deleted on
 * `close`, and what a dead process left is deleted when the next one starts.
 */
export class SpoolFile {
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private written = 0;
  /** Of `written`, bytes that are still being written. */
  private unwritten = 0;
  private writing: Promise<void> = Promise.resolve();
  /** A write has failed: whoever appends is told. */
  private failed = false;
  private closed = false;

  private constructor(
    private readonly handle: FileHandle,
    private readonly namedPath: string | undefined,
  ) {}

  static async create(dir: string): Promise<SpoolFile> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await removeLeftovers(dir);
    const file = path.join(dir, spoolFileName(randomUUID()));
    const handle = await open(file, 'wx+', 0o600);
    const unlinked =
      process.platform !== 'win32' &&
      (await unlink(file).then(
        () => true,
        () => false,
      ));
    return new SpoolFile(handle, unlinked ? undefined : file);
  }

  /** Bytes appended so far. */
  get size(): number {
    return this.written + this.gatheredBytes;
  }

  /** Appends a chunk. Waiting for the promise, where one is given, keeps memory flat; a write that fails is told by one of the next. */
  append(chunk: Buffer): void | Promise<void> {
    this.gathered.push(chunk);
    this.gatheredBytes += chunk.length;
    if (this.gatheredBytes < WRITE_BYTES) return undefined;
    const written = this.flush();
    if (this.failed || this.unwritten > MAX_UNWRITTEN_BYTES) return written;
    written.catch(() => (this.failed = true));
    return undefined;
  }

  /**
   * Forgets what was appended, for a download that starts again. The file is written over rather than cut: ext4 takes a cut file for one
   * that is being replaced, and writes it out to the disk when it is closed.
   */
  reset(): void {
    this.gathered = [];
    this.gatheredBytes = 0;
    this.written = 0;
    this.writing = this.writing.catch(() => undefined);
    this.failed = false;
  }

  /** Everything appended so far can be read. */
  flush(): Promise<void> {
    const chunks = this.gathered;
    const bytes = this.gatheredBytes;
    this.gathered = [];
    this.gatheredBytes = 0;
    if (bytes === 0) return this.writing;
    const position = this.written;
    this.written += bytes;
    this.unwritten += bytes;
    return (this.writing = this.writing
      .then(() => this.writeAll(chunks, position))
      .finally(() => (this.unwritten -= bytes)));
  }

  /** The bytes from `start` to before `end`; fewer when fewer were written. */
  async read(start: number, end: number, into?: Buffer): Promise<Buffer> {
    const length = Math.max(0, Math.min(end, this.written) - start);
    const buffer = into ?? Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.handle.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  /** Forgets the file. Idempotent. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.writing.catch(() => undefined);
    await this.handle.close();
    if (this.namedPath !== undefined) await unlink(this.namedPath).catch(() => undefined);
  }

  private async writeAll(chunks: Buffer[], position: number): Promise<void> {
    let rest = chunks;
    let at = position;
    while (rest.length > 0) {
      const { bytesWritten } = await this.handle.writev(rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }
}

/** What is left of the chunks after a write that may have been short. */
function behind(chunks: Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  let first = 0;
  while (first < chunks.length && skip >= (chunks[first] as Buffer).length) {
    skip -= (chunks[first] as Buffer).length;
    first++;
  }
  const rest = chunks.slice(first);
  if (skip > 0 && rest[0] !== undefined) rest[0] = rest[0].subarray(skip);
  return rest;
}
