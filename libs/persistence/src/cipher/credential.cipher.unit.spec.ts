import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CredentialCipher } from './credential.cipher.js';

const key = Buffer.alloc(32, 7);

describe('CredentialCipher', () => {
  it('gives back what it was given, under the same context', () => {
    const cipher = new CredentialCipher(key);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => {
        const data = cipher.encrypt(plain, context);
        expect(new CredentialCipher(key).decrypt(data, context)).toBe(plain);
      }),
    );
  });

  it('refuses another context, any changed byte, and a cut', () => {
    const cipher = new CredentialCipher(key);
    const data = cipher.encrypt('{"password":"hush"}', 'provider p1');
    expect(() => cipher.decrypt(data, 'provider p2')).toThrow(/authenticate/);
    for (let index = 0; index < data.length; index++) {
      const changed = Buffer.from(data);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => cipher.decrypt(changed, 'provider p1')).toThrow(/authenticate|another key/);
    }
    for (let length = 0; length < data.length; length++) {
      expect(() => cipher.decrypt(data.subarray(0, length), 'provider p1')).toThrow(/authenticate|cut short/);
    }
  });

  it('says so when another key is in use', () => {
    const data = new CredentialCipher(key).encrypt('secret', 'p1');
    const other = Buffer.alloc(32, 8);
    expect(() => new CredentialCipher(other).decrypt(data, 'p1')).toThrow('CREDENTIALS_KEY');
  });

  it('never gives the same bytes twice, and none that show the text', () => {
    const cipher = new CredentialCipher(key);
    const first = cipher.encrypt('visible-text', 'p1');
    expect(first.equals(cipher.encrypt('visible-text', 'p1'))).toBe(false);
    expect(first.includes('visible')).toBe(false);
  });

  it('wants a key of 32 bytes', () => {
    expect(() => new CredentialCipher(randomBytes(31))).toThrow('32 bytes');
  });
});
