import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { failureOfError } from './classify.js';
import { badAnswer, RequestFailure } from './request-failure.js';
import { readRetryAfter } from './retry-after.js';
import { backOff, DEFAULT_RETRY_POLICY, withRetries } from './retry.js';

const never = new AbortController().signal;
const POLICY = { ...DEFAULT_RETRY_POLICY, baseMs: 1, laterBaseMs: 1 };

describe('readRetryAfter', () => {
  const now = Date.UTC(2026, 10, 21, 12);

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['99999999999999', undefined],
    [undefined, undefined],
  ])('reads %p', (value, expected) => {
    expect(readRetryAfter(value, now)).toBe(expected);
  });
});

describe('backOff', () => {
  it('doubles, is random from nothing to the whole, and never passes its limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, random) => {
          const waitMs = backOff(DEFAULT_RETRY_POLICY, badAnswer('x'), tries, random);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(Math.min(300_000, 1_000 * 2 ** (tries - 1)));
        },
      ),
    );
    expect(backOff(DEFAULT_RETRY_POLICY, badAnswer('x'), 3, 1)).toBe(4_000);
    const limited = new RequestFailure(ERROR_CODE.providerRateLimited, 'x', { repeat: 'later' });
    expect([1, 2, 3, 4].map((tries) => backOff(DEFAULT_RETRY_POLICY, limited, tries, 1))).toEqual([
      10_000, 20_000, 40_000, 80_000,
    ]);
  });

  it('waits at least as long as asked, up to its limit', () => {
    const asked = (retryAfterMs: number) =>
      new RequestFailure(ERROR_CODE.providerRateLimited, 'x', { repeat: 'later', retryAfterMs });
    expect(backOff(DEFAULT_RETRY_POLICY, asked(7_000), 1, 0)).toBe(7_000);
    expect(backOff(DEFAULT_RETRY_POLICY, asked(7_000), 1, 1)).toBe(7_250);
    expect(backOff(DEFAULT_RETRY_POLICY, asked(9_000_000), 1, 0)).toBe(300_000);
  });
});

describe('withRetries', () => {
  it('passes on what is no fault of the provider, at once', async () => {
    let tries = 0;
    const defect = new TypeError('a defect');
    const attempt = () => {
      tries++;
      return Promise.reject(defect);
    };
    await expect(withRetries(POLICY, never, attempt, () => undefined)).rejects.toBe(defect);
    expect(tries).toBe(1);
    expect(failureOfError(Object.assign(new Error('full'), { code: 'ENOSPC' }))).toBeUndefined();
  });

  it('gives up after its number of tries, with the last failure', async () => {
    let tries = 0;
    const attempt = () => Promise.reject(badAnswer(`try ${++tries}`));
    await expect(withRetries(POLICY, never, attempt, () => undefined)).rejects.toThrow('try 5');
  });
});
