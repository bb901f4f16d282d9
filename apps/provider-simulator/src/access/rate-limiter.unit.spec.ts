import { describe, expect, it } from '@jest/globals';
import type { LimitQuirks } from '../quirks/access.quirks.js';
import { QuirkBook } from '../quirks/quirk-book.js';
import { RateLimiter } from './rate-limiter.js';

function limiter(limits: LimitQuirks) {
  const book = new QuirkBook();
  book.set({ limits });
  return { book, own: new RateLimiter(book) };
}

describe('a rate limiter', () => {
  it('lets a burst through, then so many a second, and says what it was told to', () => {
    const { own } = limiter({ perSecond: 10, burst: 3, code: 429, retryAfter: '2' });
    const at = (now: number) => own.refusal(now, 1)?.status;
    expect([at(0), at(0), at(0), at(0)]).toEqual([undefined, undefined, undefined, 429]);
    expect([at(100), at(100)]).toEqual([undefined, 429]);
    expect(own.refusal(100, 1)?.headers['Retry-After']).toBe('2');
    expect([at(10_000), at(10_000), at(10_000), at(10_000)]).toEqual([undefined, undefined, undefined, 429]);
  });

  it('refuses one request too many at once', () => {
    const { own } = limiter({ parallel: 2 });
    expect([1, 2, 3].map((parallel) => own.refusal(0, parallel)?.status)).toEqual([
      undefined,
      undefined,
      503,
    ]);
  });

  it('bans after refusals in a row, for a while', () => {
    const { own } = limiter({ ban: { afterFailures: 3, seconds: 60 } });
    const end = (wasRefused: boolean, now: number) => own.ended(wasRefused, now);
    end(true, 0);
    end(true, 0);
    end(false, 0);
    end(true, 0);
    end(true, 0);
    expect(own.refusal(0, 1)).toBeUndefined();
    end(true, 1_000);
    expect(own.refusal(1_000, 1)).toMatchObject({ status: 403, body: '' });
    expect(own.refusal(60_999, 1)?.status).toBe(403);
    expect(own.refusal(61_000, 1)).toBeUndefined();
  });

  it('forgets when its limits are taken back', () => {
    const { book, own } = limiter({ ban: { afterFailures: 1, seconds: 60 } });
    own.ended(true, 0);
    book.clear();
    expect(own.refusal(1, 1)).toBeUndefined();
    book.set({ limits: { ban: { afterFailures: 1, seconds: 60 } } });
    expect(own.refusal(2, 1)).toBeUndefined();
  });
});
