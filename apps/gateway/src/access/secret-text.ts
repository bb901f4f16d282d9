import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 12;
const SECRET_BYTES = 32;
const KEY = /^csk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/;

export function isKeyId(text: string): boolean {
  return /^[a-z0-9]{12}$/.test(text);
}

/** A public name for a secret: 12 lower-case letters and digits. */
export function newId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}

/** 256 random bits as base64url, 43 characters. Nothing slower than SHA-256 is needed to keep them: they cannot be guessed. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Takes the same time wherever they differ; only that they are not of one length can be told. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The text that a caller sends: `csk_<id>_<secret>`. */
export function keyText(id: string, secret: string): string {
  return `csk_${id}_${secret}`;
}

/** Undefined when it is no key of ours. */
export function readKeyText(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}
