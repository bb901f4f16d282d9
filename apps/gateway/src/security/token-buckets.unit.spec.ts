import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-buckets.js';

describe('TokenBuckets', () => {
  const make = (maxKeys = 10) => {
    const clock = { now: 0 };
    return { clock, buckets: new TokenBuckets({ burst: 3, perSecond: 0.5 }, maxKeys, () => clock.now) };
  };

  it('let a burst through, then the rate, and say how long to wait', () => {
    const { clock, buckets } = make();
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 2]);
    expect(buckets.take('b')).toBe(0);
    clock.now = 1999;
    expect(buckets.take('a')).toBe(1);
    clock.now = 2000;
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBe(2);
  });

  it('never hold more than a burst', () => {
    const { clock, buckets } = make();
    buckets.take('a');
    clock.now = 3_600_000;
    expect([1, 2, 3, 4].map(() => buckets.take('a'))).toEqual([0, 0, 0, 2]);
  });

  it('forget who came longest ago when there are too many', () => {
    const { buckets } = make(2);
    for (let i = 0; i < 3; i += 1) buckets.take('old');
    for (let i = 0; i < 3; i += 1) buckets.take('busy');
    buckets.take('new');
    expect(buckets.take('busy')).toBe(2);
    expect(buckets.take('old')).toBe(0);
  });
});
