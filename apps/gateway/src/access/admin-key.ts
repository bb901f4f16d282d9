import type { Caller } from './caller.js';
import { hashOf, sameBytes } from './secret-text.js';

/** Characters that a key of the environment has at least. */
export const ADMIN_KEY_CHARACTERS = 32;

/** The key of the environment, with which the first keys are made. It needs no database. */
export class AdminKey {
  private readonly key: Buffer | undefined;
  /** Changes with the key, so that sessions of an older one end. */
  readonly id: string;

  constructor(key: string | undefined) {
    this.key = key === undefined ? undefined : Buffer.from(key);
    const mark = key === undefined ? Buffer.alloc(4) : hashOf(key);
    this.id = `admin-${mark.toString('hex').slice(0, 8)}`;
  }

  get isSet(): boolean {
    return this.key !== undefined;
  }

  /** Undefined when the text is another. */
  callerOf(text: string): Caller | undefined {
    if (this.key === undefined || !sameBytes(Buffer.from(text), this.key)) return undefined;
    return { kind: 'admin-key', id: this.id, keyId: this.id, name: 'admin key', scopes: ['admin'] };
  }
}
