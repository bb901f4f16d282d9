import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';

const READ_BYTES = 128 * 1024;

/**
 * A file that one writer fills while any number of readers follow it, each at its own pace: what a slow reader holds is a
 * position, not a database connection. The file has no name from the start, so that nothing stays behind, whatever ends the
 * process.
 */
export class SpoolFile {
  private written = 0;
  private state: 'filling' | 'complete' | 'failed' = 'filling';
  private failure: unknown;
  private readers = 0;
  private retired = false;
  private closed = false;
  private waiting: (() => void)[] = [];

  private constructor(private readonly handle: FileHandle) {}

  static async create(directory: string): Promise<SpoolFile> {
    const path = join(directory, `${randomUUID()}.spool`);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new SpoolFile(handle);
  }

  get isRetired(): boolean {
    return this.retired;
  }

  /** Bytes written so far. */
  get size(): number {
    return this.written;
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const { bytesWritten } = await this.handle.write(
        chunk,
        offset,
        chunk.length - offset,
        this.written + offset,
      );
      offset += bytesWritten;
    }
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
    let position = 0;
    const next = async () => {
      const chunk = await this.readAt(position);
      position += chunk?.length ?? 0;
      return chunk;
    };
    return new Readable({
      highWaterMark: READ_BYTES,
      read() {
        next().then(
          (chunk) => this.push(chunk),
          (error: unknown) => this.destroy(isNativeError(error) ? error : new Error('The writer failed.')),
        );
      },
      destroy: (error, done) => {
        this.readers--;
        this.closeWhenUnused();
        done(error);
      },
    });
  }

  /** No further readers: the file goes when its writer and its last reader have ended. */
  retire(): void {
    this.retired = true;
    this.closeWhenUnused();
  }

  /** The next piece at a position, awaited where it is not written yet; null at the end. */
  private async readAt(position: number): Promise<Buffer | null> {
    await this.beyond(position);
    const length = Math.min(READ_BYTES, this.written - position);
    if (length === 0) return null;
    const { buffer, bytesRead } = await this.handle.read(Buffer.allocUnsafe(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
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
