import { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';

/** A reader takes so much at a time, and holds twice as much at most. */
const PIECE_BYTES = 128 * 1024;

/** Where a reader gets its bytes from. */
export interface SpooledBytes {
  /** The first of them, as far as they are in memory. */
  readonly start: Buffer;
  /** Fills a buffer from its start with what stands at a position, awaited where it is not written yet. Gives the bytes; 0 at the end. */
  readInto(buffer: Buffer, position: number): Promise<number>;
}

/**
 * A stream of a spool file from its start to its end. Piped, it moves the bytes through two buffers of its own, of which one is filled while the
 * other is sent: nothing is made for each piece, which would keep the garbage collector busy all the time.
 */
export class SpoolReader extends Readable {
  private position = 0;

  constructor(
    private readonly source: SpooledBytes,
    private readonly release: () => void,
  ) {
    super({ highWaterMark: PIECE_BYTES });
  }

  override _read(): void {
    this.fill(Buffer.allocUnsafe(PIECE_BYTES)).then(
      (piece) => this.push(piece),
      (error: unknown) => this.fail(error),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.release();
    done(error);
  }

  /** To be called before anything else reads from it. As with other streams, a destination that fails does not end it: `pipeline` does. */
  override pipe<Destination extends NodeJS.WritableStream>(
    destination: Destination,
    options: { end?: boolean } = {},
  ): Destination {
    if (this.readableDidRead) return super.pipe(destination, options);
    if (options.end !== false) this.once('end', () => destination.end());
    this.copyTo(destination).catch((error: unknown) => this.fail(error));
    return destination;
  }

  private async copyTo(destination: NodeJS.WritableStream): Promise<void> {
    // They wait for nothing, not even for the buffers to be made.
    const { start } = this.source;
    this.position = start.length;
    if (start.length > 0 && !(await send(destination, start))) return;
    let [filled, free] = [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)];
    let sent = Promise.resolve(true);
    for (;;) {
      const piece = await this.fill(filled);
      if (!(await sent) || this.destroyed) return;
      if (piece === null) break;
      sent = send(destination, piece);
      [filled, free] = [free, filled];
    }
    // Nobody reads it in another way: this leads to its end.
    this.push(null);
    this.resume();
  }

  /** The next piece, in the buffer; null at the end. */
  private async fill(buffer: Buffer): Promise<Buffer | null> {
    const bytes = await this.source.readInto(buffer, this.position);
    this.position += bytes;
    return bytes === 0 ? null : buffer.subarray(0, bytes);
  }

  private fail(error: unknown): void {
    this.destroy(isNativeError(error) ? error : new Error('The writer failed.'));
  }
}

/** Resolves when the piece's buffer may be used again: true when it was sent, false when the destination takes nothing any more. */
function send(destination: NodeJS.WritableStream, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => destination.write(piece, (error) => resolve(error == null)));
}
