import { randomBytes } from 'node:crypto';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import type { CredentialCipher } from '@catalogue-sync/persistence';

const PREFIX = 'whsec_';
/** As Standard Webhooks asks for, bytes. */
const FEWEST = 24;
const MOST = 64;
const NEW = 32;

/** The secrets that messages are signed with: at rest encrypted, each for its webhook alone. */
export class SecretBox {
  constructor(private readonly cipher: CredentialCipher) {}

  seal(webhookId: string, secret: string): Buffer {
    return this.cipher.encrypt(secret, `webhook:${webhookId}`);
  }

  /** Throws when it was encrypted under another key. */
  open(webhookId: string, sealed: Buffer): string {
    return this.cipher.decrypt(sealed, `webhook:${webhookId}`);
  }
}

export function newSecret(): string {
  return PREFIX + randomBytes(NEW).toString('base64');
}

/** Reads a secret that somebody brings along. Throws `invalid-request`. */
export function readSecret(value: unknown): string {
  if (typeof value === 'string' && /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    const { length } = Buffer.from(value.slice(PREFIX.length), 'base64');
    if (length >= FEWEST && length <= MOST) return value;
  }
  throw new CatalogueSyncError(
    ERROR_CODE.invalidRequest,
    `Give whsec_ and the base64 of ${FEWEST} to ${MOST} random bytes, or leave it out to have one made.`,
    { field: 'secret' },
  );
}
