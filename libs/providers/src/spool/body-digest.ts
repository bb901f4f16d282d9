import { createHash, type Hash } from 'node:crypto';

/** SHA-512/256 (a third quicker than SHA-256 where the processor helps with neither) over bodies that follow each other, taken while they arrive. */
export class BodyDigest {
  private readonly hash: Hash;

  /** @param before the bodies that came before this one */
  constructor(before?: BodyDigest) {
    this.hash = before === undefined ? createHash('sha512-256') : before.hash.copy();
  }

  update(chunk: Buffer): void {
    this.hash.update(chunk);
  }

  /** Over everything so far, hex; more may follow. */
  get value(): string {
    return this.hash.copy().digest('hex');
  }
}
