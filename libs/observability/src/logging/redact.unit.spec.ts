import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redact, REDACTED, redactUrls } from './redact.js';

describe('redactUrls', () => {
  it.each([
    ['http://user:pass@host/path', `http://${REDACTED}@host/path`],
    [
      'get http://host:8080/get.php?username=u&password=p now',
      `get http://host:8080/get.php?${REDACTED} now`,
    ],
    ['"postgres://u:p@h:5432/db"', `"postgres://${REDACTED}@h:5432/db"`],
    ['a://x?1 and b://u@y', `a://x?${REDACTED} and b://${REDACTED}@y`],
    ['nothing: here @ all?', 'nothing: here @ all?'],
    ['http://host/plain#part', 'http://host/plain#part'],
  ])('%s', (text, expected) => {
    expect(redactUrls(text)).toBe(expected);
  });
});

describe('redact', () => {
  it('replaces the values of credential keys at any depth, and of URLs anywhere', () => {
    const record = {
      providerId: 'p1',
      connection: { url: 'http://x', mac: '00:1A' },
      settings: [{ Password: 'a', api_key: 'b', accessToken: 'c', username: 'd', mac: 'e' }],
      runToken: 7,
      text: 'see http://u:p@h/x?token=1',
      nothing: null,
    };
    expect(redact(record)).toEqual({
      providerId: 'p1',
      connection: REDACTED,
      settings: [
        { Password: REDACTED, api_key: REDACTED, accessToken: REDACTED, username: REDACTED, mac: REDACTED },
      ],
      runToken: 7,
      text: `see http://${REDACTED}@h/x?${REDACTED}`,
      nothing: null,
    });
  });

  it('keeps of an error what helps, without URL secrets, causes included', () => {
    const error = Object.assign(
      new Error('GET http://u:hush@h/?k=hush', { cause: new Error('x://u:hush@y') }),
      {
        code: 'ECONNRESET',
        parameters: ['hush'],
      },
    );
    const cleaned = redact({ err: error });
    expect(cleaned).toMatchObject({ err: { type: 'Error', code: 'ECONNRESET', cause: { type: 'Error' } } });
    expect(JSON.stringify(cleaned)).not.toContain('hush');
  });

  it('is total, bounded and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 8 }), (value) => {
        const before = structuredClonable(value);
        redact(value);
        expect(structuredClonable(value)).toEqual(before);
      }),
    );
    const circle: { self?: unknown; list: number[] } = { list: Array.from({ length: 1_000 }, () => 1) };
    circle.self = circle;
    expect(JSON.stringify(redact(circle)).length).toBeLessThan(3_000);
    expect(redact({ body: Buffer.alloc(5) })).toEqual({ body: '[5 bytes]' });
  });
});

function structuredClonable(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
