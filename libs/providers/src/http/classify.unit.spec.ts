import { describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, ERROR_CODE } from '@catalogue-sync/contracts';
import { failureOfError, failureOfStatus } from './classify.js';
import type { RequestFailure } from './request-failure.js';

const NOW = Date.UTC(2026, 10, 21, 12);

/**
 * The classes of PROVIDERS B.10 and A.3: `policy` needs a person and is not repeated; `transient` is repeated; `transient-then-policy` is
 * repeated twice, then needs a person; `limited` is repeated with long waits. No class means that a catalogue is empty.
 */
type FailureClass = 'auth' | 'policy' | 'transient' | 'transient-then-policy' | 'limited';

function classOf({ code, repeat, maxTries }: RequestFailure): FailureClass | undefined {
  if (repeat === 'later') return code === ERROR_CODE.providerRateLimited ? 'limited' : undefined;
  if (repeat === 'never') {
    if (code === ERROR_CODE.providerAuthFailed) return 'auth';
    return code === ERROR_CODE.providerRefused ? 'policy' : undefined;
  }
  if (code === ERROR_CODE.providerRefused) return maxTries === 3 ? 'transient-then-policy' : undefined;
  const passing = [ERROR_CODE.providerBadAnswer, ERROR_CODE.providerTimeout, ERROR_CODE.providerUnreachable];
  return (passing as string[]).includes(code) ? 'transient' : undefined;
}

const STATUSES: [FailureClass, number[]][] = [
  ['auth', [401]],
  ['policy', [400, 402, 403, 404, 405, 406, 407, 410, 418, 421, 423, 451, 454, 456, 458, 459, 461, 499]],
  ['policy', [600, 666, 884, 999]],
  ['limited', [429, 503]],
  ['transient', [408, 500, 501, 502, 504, 520, 522, 524, 527]],
  ['transient-then-policy', [505, 509, 512, 514, 530, 599]],
  // Nobody asked for a part, or whether something changed.
  ['transient', [206, 304]],
];

describe('failureOfStatus', () => {
  it.each(STATUSES.flatMap(([expected, statuses]) => statuses.map((status) => [status, expected] as const)))(
    'takes %i for %s',
    (status, expected) => {
      const failure = failureOfStatus(status, {}, NOW);
      expect(classOf(failure)).toBe(expected);
      expect(failure.message).toContain(String(status));
    },
  );

  it('has a class for every status there is', () => {
    for (let status = 300; status <= 999; status++) {
      expect([status, classOf(failureOfStatus(status, {}, NOW))]).not.toEqual([status, undefined]);
    }
  });

  it.each([408, 429, 500, 503, 512])(
    'passes on how long to wait after %i, in seconds or as a date',
    (status) => {
      const wait = (value: string) => failureOfStatus(status, { 'retry-after': value }, NOW).retryAfterMs;
      expect(wait('90')).toBe(90_000);
      expect(wait('Sat, 21 Nov 2026 12:02:00 GMT')).toBe(120_000);
      expect(wait('soon')).toBeUndefined();
    },
  );
});

describe('failureOfError', () => {
  it('knows what is no HTTP by the name of the error: its code is lost', () => {
    const error = Object.assign(new Error('Expected HTTP/'), { name: 'HTTPParserError', code: undefined });
    expect(failureOfError(error)).toMatchObject({ code: ERROR_CODE.providerBadAnswer, maxTries: 2 });
  });

  it.each([
    ['ECONNRESET', 'transient', false],
    ['EPIPE', 'transient', false],
    ['UND_ERR_SOCKET', 'transient', false],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'transient', false],
    ['UND_ERR_HEADERS_TIMEOUT', 'transient', false],
    ['UND_ERR_BODY_TIMEOUT', 'transient', false],
    ['ETIMEDOUT', 'transient', false],
    ['HPE_INVALID_CONSTANT', 'transient', false],
    ['ECONNREFUSED', 'transient', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'transient', true],
    ['EHOSTUNREACH', 'transient', true],
    ['ENETUNREACH', 'transient', true],
    ['EAI_AGAIN', 'transient', true],
  ])('takes %s for %s', (code, expected, noConnection) => {
    for (const error of [Object.assign(new Error('x'), { code }), new Error('x', { cause: { code } })]) {
      const failure = failureOfError(error) as RequestFailure;
      expect(classOf(failure)).toBe(expected);
      expect(failure.noConnection).toBe(noConnection);
    }
  });

  it.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'does not repeat %s: it needs a person',
    (code) => {
      expect(failureOfError(Object.assign(new Error('x'), { code }))).toMatchObject({
        code: ERROR_CODE.providerUnreachable,
        repeat: 'never',
        noConnection: true,
      });
    },
  );

  it('leaves errors that are not the provider’s alone, and typed ones as they are', () => {
    expect(failureOfError(new TypeError('a defect'))).toBeUndefined();
    expect(failureOfError(Object.assign(new Error('full'), { code: 'ENOSPC' }))).toBeUndefined();
    const typed = new CatalogueSyncError(ERROR_CODE.providerTooLarge, 'Too large.');
    expect(failureOfError(typed)).toMatchObject({
      code: typed.code,
      message: typed.message,
      repeat: 'never',
    });
  });
});
