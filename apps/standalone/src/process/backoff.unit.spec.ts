import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.js';

const policy = { firstDelayMs: 100, longestDelayMs: 350, attempts: 4, healthyAfterMs: 1000 };

describe('Backoff', () => {
  it('waits longer each time, up to a limit, and gives up in the end', () => {
    const backoff = new Backoff(policy);
    expect(Array.from({ length: 5 }, () => backoff.died(0))).toEqual([100, 200, 350, 350, undefined]);
  });

  it('begins anew after a life that was long enough', () => {
    const backoff = new Backoff(policy);
    backoff.started(10);
    backoff.died(20);
    backoff.started(1000);
    expect(backoff.died(1900)).toBe(200);
    backoff.started(2000);
    expect(backoff.died(3000)).toBe(100);
  });
});
