import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES;

/**
 * Encrypts provider credentials at rest: AES-256-GCM. Layout: key id (1 byte), IV (12), tag (16), ciphertext. The `context` (what the
 * field belongs to, such as the provider's id) is authenticated with it: a value copied to another row does not decrypt.
 */
export class CredentialCipher {
  private readonly keyId: number;

  /** Throws a TypeError unless the key has 32 bytes. */
  constructor(private readonly key: Buffer) {
    if (key.length !== KEY_BYTES) {
      throw new TypeError(
        `The credentials key must have ${KEY_BYTES} bytes (base64 of 32 random bytes), not ${key.length}`,
      );
    }
    this.keyId = createHash('sha256').update('credential-key-id').update(key).digest().readUInt8(0);
  }

  encrypt(plain: string, context: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(this.keyId), iv, cipher.getAuthTag(), body]);
  }

  /** Throws when the data was encrypted under another key or context, or was changed. */
  decrypt(data: Buffer, context: string): string {
    if (data.length < HEADER_BYTES) throw new Error('Encrypted credentials are cut short');
    if (data[0] !== this.keyId) {
      throw new Error(
        'These credentials were encrypted with another key: start with the CREDENTIALS_KEY that wrote them',
      );
    }
    const iv = data.subarray(1, 1 + IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, iv)
      .setAAD(Buffer.from(context))
      .setAuthTag(data.subarray(1 + IV_BYTES, HEADER_BYTES));
    return Buffer.concat([decipher.update(data.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
  }
}
