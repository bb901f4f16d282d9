import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** What CREDENTIALS_KEY may be: one key as base64, or several with the newest first, separated by commas or blanks. */
export const CREDENTIALS_KEYS = /^\s*[A-Za-z0-9+/]{43}=([\s,]+[A-Za-z0-9+/]{43}=)*\s*$/;

interface RingKey {
  key: Buffer;
  /** One byte of a hash of it. Two keys of a ring may have the same: then both are tried. */
  id: number;
}

/**
 * Encrypts provider credentials at rest: AES-256-GCM. Layout: key id (1 byte), IV (12), tag (16), ciphertext. The `context` (what the
 * field belongs to, such as the provider's id) is authenticated with it: a value copied to another row does not decrypt.
 *
 * It holds a ring of keys: the first one encrypts, and all of them decrypt, so that a new key can be put in front while older values are still there.
 */
export class CredentialCipher {
  private readonly newest: RingKey;
  private readonly ring: readonly RingKey[];

  /** Throws a TypeError unless every key has 32 bytes. */
  constructor(newest: Buffer, ...older: Buffer[]) {
    this.newest = ringKeyOf(newest);
    this.ring = [this.newest, ...older.map(ringKeyOf)];
  }

  /** From keys as base64, the newest first, separated by commas or blanks. Throws a TypeError unless each has 32 bytes. */
  static fromText(text: string): CredentialCipher {
    const [newest = '', ...older] = text.split(/[\s,]+/).filter((key) => key !== '');
    return new CredentialCipher(
      Buffer.from(newest, 'base64'),
      ...older.map((key) => Buffer.from(key, 'base64')),
    );
  }

  encrypt(plain: string, context: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.newest.key, iv).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(this.newest.id), iv, cipher.getAuthTag(), body]);
  }

  /** Throws when the data was encrypted under a key that is not in the ring, under another context, or was changed. */
  decrypt(data: Buffer, context: string): string {
    return this.open(data, context).plain;
  }

  /** The same value under the newest key; undefined when it is so already. Throws as `decrypt` does. */
  renew(data: Buffer, context: string): Buffer | undefined {
    const { plain, key } = this.open(data, context);
    return key === this.newest ? undefined : this.encrypt(plain, context);
  }

  private open(data: Buffer, context: string): { plain: string; key: RingKey } {
    if (data.length < HEADER_BYTES) throw new Error('Encrypted credentials are cut short');
    const candidates = this.ring.filter(({ id }) => id === data[0]);
    let failure: unknown = new Error(
      'These credentials were encrypted with another key: start with the CREDENTIALS_KEY that wrote them',
    );
    for (const key of candidates) {
      try {
        return { plain: decryptWith(key.key, data, context), key };
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function ringKeyOf(key: Buffer): RingKey {
  if (key.length !== KEY_BYTES) {
    throw new TypeError(
      `The credentials key must have ${KEY_BYTES} bytes (base64 of 32 random bytes), not ${key.length}`,
    );
  }
  return { key, id: createHash('sha256').update('credential-key-id').update(key).digest().readUInt8(0) };
}

function decryptWith(key: Buffer, data: Buffer, context: string): string {
  const iv = data.subarray(1, 1 + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
    .setAAD(Buffer.from(context))
    .setAuthTag(data.subarray(1 + IV_BYTES, HEADER_BYTES));
  return Buffer.concat([decipher.update(data.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
}
