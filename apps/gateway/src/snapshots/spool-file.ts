import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { SpoolReader, type SpooledBytes } from './spool-reader.js';

/** Kept in memory, so that a reader's first bytes wait for no disk. */
const START_BYTES = 64 * 1024;

/**
 * A file that one writer fills while any number of readers follow it, each at its own pace: what a slow reader holds is a
 * position, not a database connection. The file has no name from the start, so that nothing stays behind, whatever ends the
 * process.
 */
export class SpoolFile implements SpooledBytes {
  private written = 0;
  private first = Buffer.alloc(0);
  private state: 'filling' | 'complete' | 'failed' = 'filling';
  private failure: unknown;
  private readers = 0;
  private retired = false;
  private closed = false;
  private waiting: (() => void)[] = [];

  private constructor(private readonly handle: FileHandle) {}

  /** Throws `service-unavailable` when the disk takes none. */
  static async create(directory: string): Promise<SpoolFile> {
    const path = join(directory, `${randomUUID()}.spool`);
    try {
      const handle = await open(path, 'wx+', 0o600);
      await unlink(path);
      return new SpoolFile(handle);
    } catch (error) {
      throw diskTrouble(error);
    }
  }

  get isRetired(): boolean {
    return this.retired;
  }

  get start(): Buffer {
    return this.first;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.written;
  }

  /** Throws `service-unavailable` when the disk takes no more. */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      await this.write(chunk);
    } catch (error) {
      throw diskTrouble(error);
    }
    if (this.written === 0) this.first = Buffer.from(chunk.subarray(0, START_BYTES));
    this.written += chunk.length;
    this.wake();
  }

  complete(): void {
    this.state = 'complete';
    this.wake();
    this.closeWhenUnused();
  }

  /** Readers that are under way fail with it, and so do later ones. */
  fail(reason: unknown): void {
    this.state = 'failed';
    this.failure = reason;
    this.wake();
    this.closeWhenUnused();
  }

  /** Resolves when there is something to read; rejects with the writer's failure when there never will be. */
  async ready(): Promise<void> {
    await this.beyond(0);
  }

  /** The content from its start to its end. Throws when the file is retired. */
  reader(): Readable {
    if (this.retired) throw new Error('The spool file is closed.');
    this.readers++;
    return new SpoolReader(this, () => {
      this.readers--;
      this.closeWhenUnused();
    });
  }

  /** No further readers: the file goes when its writer and its last reader have ended. */
  retire(): void {
    this.retired = true;
    this.closeWhenUnused();
  }

  async readInto(buffer: Buffer, position: number): Promise<number> {
    await this.beyond(position);
    if (position < this.first.length) return this.first.copy(buffer, 0, position);
    const length = Math.min(buffer.length, this.written - position);
    if (length === 0) return 0;
    return (await this.handle.read(buffer, 0, length, position)).bytesRead;
  }

  private async write(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const { bytesWritten } = await this.handle.write(
        chunk,
        offset,
        chunk.length - offset,
        this.written + offset,
      );
      offset += bytesWritten;
    }
  }

  private async beyond(position: number): Promise<void> {
    while (this.written <= position && this.state === 'filling')
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.state === 'failed') throw this.failure;
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private closeWhenUnused(): void {
    if (!this.retired || this.readers > 0 || this.state === 'filling' || this.closed) return;
    this.closed = true;
    void this.handle.close();
  }
}

/** Said as what it is: documents are written while the database is read, and its trouble would be looked for there. */
function diskTrouble(error: unknown): CatalogueSyncError {
  const { code } = error as NodeJS.ErrnoException;
  return new CatalogueSyncError(
    ERROR_CODE.serviceUnavailable,
    `The gateway cannot write documents to its disk (${code}). Its operator has to make room there, or to set SNAPSHOT_CACHE_DIR to a directory with some.`,
    { cause: error },
  );
}
