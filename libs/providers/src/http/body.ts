import { createGunzip, gunzip, type Gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { badAnswer, RequestFailure } from './request-failure.js';
import type { BodySink } from './exchange.js';

const gunzipWhole = promisify(gunzip);

/** Whether bytes begin like gzip: some servers compress without saying so, others say so and do not (PROVIDERS B.10). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Lists shrink to a tenth or a twentieth when they are packed, very repetitive ones to a hundredth; what grows beyond this was made to fill
 * memory and disks.
 */
const MAX_RATIO = 200;
/** Short texts may be anything, unpacked bytes. */
const RATIO_COUNTS_FROM = 16_000_000;

/** Bytes that a packed body of so many bytes may unpack to. */
export function unpackedLimit(packedBytes: number, maxBytes: number): number {
  return Math.min(maxBytes, Math.max(RATIO_COUNTS_FROM, packedBytes * MAX_RATIO));
}

export function checkUnpacked(unpackedBytes: number, packedBytes: number, maxBytes: number): void {
  if (unpackedBytes > maxBytes) throw tooLarge(maxBytes);
  if (unpackedBytes > unpackedLimit(packedBytes, maxBytes)) throw bomb();
}

function bomb(): RequestFailure {
  return new RequestFailure(
    ERROR_CODE.providerTooLarge,
    `The answer is packed more than ${MAX_RATIO} times: it is no list but meant to fill the disk. Ask the provider.`,
  );
}

function tooLarge(maxBytes: number): RequestFailure {
  return new RequestFailure(
    ERROR_CODE.providerTooLarge,
    `The answer is larger than ${maxBytes} bytes. Raise maxBodyBytes if the provider is to be trusted.`,
  );
}

function cutGzip(): RequestFailure {
  return badAnswer('The compressed answer is cut or damaged.');
}

/** Gathers a small body in memory. */
export class MemorySink implements BodySink {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  write(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) throw tooLarge(this.maxBytes);
    this.chunks.push(chunk);
  }

  /** The body, decompressed. */
  async read(): Promise<Buffer> {
    const [only] = this.chunks;
    const whole = this.chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.chunks);
    if (!isGzip(whole)) return whole;
    const maxOutputLength = unpackedLimit(whole.length, this.maxBytes);
    try {
      return await gunzipWhole(whole, { maxOutputLength });
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
        throw maxOutputLength < this.maxBytes ? bomb() : tooLarge(this.maxBytes);
      }
      throw cutGzip();
    }
  }
}

/** Passes a body on, decompressed when it is gzip whatever its headers say, and bounded before and after. */
export class DecodingSink implements BodySink {
  private received = 0;
  private passedOn = 0;
  private decoder: Gunzip | undefined;
  private failure: Error | undefined;
  /** The first byte, as long as it is the only one: it takes two to tell. */
  private held: Buffer | undefined;
  private decided = false;

  constructor(
    private readonly target: BodySink,
    private readonly maxBytes: number,
  ) {}

  write(chunk: Buffer): void | Promise<void> {
    this.received += chunk.length;
    if (this.received > this.maxBytes) throw tooLarge(this.maxBytes);
    if (this.decided) return this.decoder === undefined ? this.passOn(chunk) : this.decode(chunk);
    const start = this.held === undefined ? chunk : Buffer.concat([this.held, chunk]);
    this.held = start;
    if (start.length < 2) return undefined;
    this.held = undefined;
    this.decided = true;
    if (!isGzip(start)) return this.passOn(start);
    this.decoder = this.makeDecoder();
    return this.decode(start);
  }

  /** The body has ended: everything of it is with the target when this resolves. */
  async end(): Promise<void> {
    if (this.held !== undefined) await this.passOn(this.held);
    const { decoder } = this;
    if (decoder === undefined) return;
    await new Promise<void>((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      decoder.once('end', resolve).once('close', () => reject(this.failure ?? cutGzip()));
      decoder.end();
    });
  }

  /** Frees what a body that failed half-way holds. */
  destroy(): void {
    this.decoder?.destroy();
  }

  private passOn(chunk: Buffer): void | Promise<void> {
    this.passedOn += chunk.length;
    checkUnpacked(this.passedOn, this.received, this.maxBytes);
    return this.target.write(chunk);
  }

  private decode(chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const decoder = this.decoder as Gunzip;
      if (this.failure !== undefined) return reject(this.failure);
      const onClose = () => reject(this.failure ?? cutGzip());
      decoder.once('close', onClose);
      decoder.write(chunk, () => {
        decoder.off('close', onClose);
        if (this.failure === undefined) resolve();
        else reject(this.failure);
      });
    });
  }

  private makeDecoder(): Gunzip {
    const decoder = createGunzip({ chunkSize: 256 * 1024 });
    const fail = (error: Error) => {
      this.failure ??= error;
      decoder.destroy();
    };
    decoder.on('data', (chunk: Buffer) => {
      try {
        const taken = this.passOn(chunk);
        if (taken === undefined) return;
        decoder.pause();
        taken.then(() => decoder.resume(), fail);
      } catch (error) {
        fail(error as Error);
      }
    });
    decoder.on('error', () => fail(cutGzip()));
    return decoder;
  }
}
