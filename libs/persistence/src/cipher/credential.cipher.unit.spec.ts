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

  describe('with a ring of keys', () => {
    // 400 keys have at most 256 ids: some are shared.
    const keys = Array.from({ length: 400 }, (_, i) => Buffer.alloc(32, `${i} `));
    const [newest = key, ...older] = keys;
    const ring = new CredentialCipher(newest, ...older);

    it('reads what any of them wrote, and writes with the first', () => {
      for (const old of keys) {
        const data = new CredentialCipher(old).encrypt('secret', 'p1');
        expect(ring.decrypt(data, 'p1')).toBe('secret');
      }
      expect(new CredentialCipher(newest).decrypt(ring.encrypt('secret', 'p1'), 'p1')).toBe('secret');
    });

    it('renews what an older one wrote, once', () => {
      for (const old of older.slice(0, 50)) {
        const renewed =
          ring.renew(new CredentialCipher(old).encrypt('secret', 'p1'), 'p1') ?? Buffer.alloc(0);
        expect(new CredentialCipher(newest).decrypt(renewed, 'p1')).toBe('secret');
        expect(ring.renew(renewed, 'p1')).toBeUndefined();
      }
    });

    it('refuses what none of them wrote, and another context', () => {
      const [other = key] = keys.slice(-1);
      const less = new CredentialCipher(newest, ...older.slice(0, 3));
      expect(() => less.renew(new CredentialCipher(other).encrypt('secret', 'p1'), 'p1')).toThrow(
        /another key|authenticate/,
      );
      expect(() => ring.renew(ring.encrypt('secret', 'p1'), 'p2')).toThrow(/authenticate/);
    });

    it('is read from text, the newest first', () => {
      const text = `${newest.toString('base64')},\n ${older[0]?.toString('base64')}\n`;
      const data = new CredentialCipher(older[0] ?? key).encrypt('secret', 'p1');
      expect(CredentialCipher.fromText(text).decrypt(data, 'p1')).toBe('secret');
      expect(() => CredentialCipher.fromText('')).toThrow('32 bytes');
    });
  });

  it('wants a key of 32 bytes', () => {
    expect(() => new CredentialCipher(randomBytes(31))).toThrow('32 bytes');
  });
});
