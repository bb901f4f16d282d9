import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDelivery } from './delivery.js';
import { decodeHeaderText, encodeHeaderText } from './header-text.js';

describe('header text', () => {
  it('carries any well-formed text through printable ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = encodeHeaderText(text);
        expect(encoded).toMatch(/^[!-~]*$/);
        expect(decodeHeaderText(encoded)).toBe(text.toWellFormed());
      }),
    );
  });

  it('leaves plain ids as they are', () => {
    expect(encodeHeaderText('movie:12345')).toBe('movie:12345');
    expect(encodeHeaderText('p1:7')).toBe('p1:7');
  });

  it('gives back what is not percent-encoded', () => {
    expect(decodeHeaderText('100% sure')).toBe('100% sure');
  });
});

describe('parseDelivery', () => {
  it('reads both forms of the acknowledgement subject', () => {
    const expected = {
      stream: 'S',
      consumer: 'c',
      deliveryCount: 2,
      streamSeq: 30,
      consumerSeq: 4,
      pending: 5,
    };
    expect(parseDelivery('$JS.ACK.S.c.2.30.4.1700000000000000000.5')).toEqual(expected);
    expect(parseDelivery('$JS.ACK._.hash.S.c.2.30.4.1700000000000000000.5.random')).toEqual(expected);
  });

  it('refuses what is no delivery', () => {
    expect(() => parseDelivery('')).toThrow('Not a JetStream delivery');
    expect(() => parseDelivery('_INBOX.abc')).toThrow('Not a JetStream delivery');
  });
});
