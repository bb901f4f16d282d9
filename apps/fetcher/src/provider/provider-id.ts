import { randomInt } from 'node:crypto';
import { providerId, type ProviderId } from '@catalogue-sync/contracts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 12;

/** A new provider's id: `p` and twelve random letters or digits, safe as a NATS subject token. */
export function newProviderId(): ProviderId {
  const characters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return providerId(`p${characters.join('')}`);
}
