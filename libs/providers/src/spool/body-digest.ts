import { startXxh64 } from '../digest/xxh64.js';

/** Of a body, by which most that have changed can be told from the one before long before they end. */
const START_BYTES = 1024 * 1024;

/** XXH64 of a body, taken while it arrives; of bodies that follow each other, each one's is the seed of the next one's. */
export class BodyDigest {
  private readonly hash: ReturnType<typeof startXxh64>;
  private startLeft = START_BYTES;
  private startValue: string | undefined;

  /** @param before of the body that came before this one */
  constructor(before?: BodyDigest) {
    this.hash = startXxh64(before?.hash.digest());
  }

  update(chunk: Buffer): void {
    if (this.startLeft > chunk.length) {
      this.startLeft -= chunk.length;
      this.hash.update(chunk);
    } else if (this.startLeft === 0) {
      this.hash.update(chunk);
    } else {
      this.hash.update(chunk.subarray(0, this.startLeft));
      this.startValue = this.value;
      this.hash.update(chunk.subarray(this.startLeft));
      this.startLeft = 0;
    }
  }

  /** Over everything so far, 16 hexadecimal digits; more may follow. */
  get value(): string {
    return this.hash.digest().toString(16).padStart(16, '0');
  }

  /** What `value` was after the first MiB of this body; undefined while there is not that much of it. */
  get start(): string | undefined {
    return this.startValue;
  }
}
