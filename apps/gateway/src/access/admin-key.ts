import type { Caller } from './caller.js';
import { hashOf, sameHash } from './secret-text.js';

/** Characters that a key of the environment has at least. */
export const ADMIN_KEY_CHARACTERS = 32;

/** The key of the environment, with which the first keys are made. It needs no database. */
export class AdminKey {
  private readonly hash: Buffer | undefined;
  /** Changes with the key, so that sessions of an older one end. */
  readonly id: string;

  constructor(key: string | undefined) {
    this.hash = key === undefined ? undefined : hashOf(key);
    this.id = `admin-${(this.hash ?? Buffer.alloc(4)).toString('hex').slice(0, 8)}`;
  }

  get isSet(): boolean {
    return this.hash !== undefined;
  }

  /** Undefined when the text is another. */
  callerOf(text: string): Caller | undefined {
    if (this.hash === undefined || !sameHash(hashOf(text), this.hash)) return undefined;
    return { kind: 'admin-key', id: this.id, keyId: this.id, name: 'admin key', scopes: ['admin'] };
  }
}
