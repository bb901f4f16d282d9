import { randomBytes } from 'node:crypto';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import type { CredentialCipher } from '@catalogue-sync/persistence';

const PREFIX = 'whsec_';
/** As Standard Webhooks asks for, bytes. */
const FEWEST = 24;
const MOST = 64;
const NEW = 32;

/** What a webhook's messages are signed with, the newest first: one secret, and for a while the one before it. */
export type Secrets = readonly [string, ...string[]];

/** The secrets that messages are signed with: at rest encrypted, those of a webhook together and for it alone. */
export class SecretBox {
  constructor(private readonly cipher: CredentialCipher) {}

  seal(webhookId: string, secrets: Secrets): Buffer {
    return this.cipher.encrypt(secrets.join(' '), `webhook:${webhookId}`);
  }

  /** Throws when they were encrypted under another key. */
  open(webhookId: string, sealed: Buffer): Secrets {
    const [newest = '', ...older] = this.cipher.decrypt(sealed, `webhook:${webhookId}`).split(' ');
    return [newest, ...older];
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
