import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RequestLimiter } from './limiter.js';

const never = new AbortController().signal;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Starts `count` requests that each take `takesMs`; gives when they started, ms from now. */
async function starts(
  limiter: RequestLimiter,
  count: number,
  takesMs: number,
  forMs: number,
): Promise<number[]> {
  const began = performance.now();
  const started: number[] = [];
  for (let request = 0; request < count; request++) {
    void limiter.acquire(never).then((release) => {
      started.push(Math.round(performance.now() - began));
      setTimeout(release, takesMs);
    });
  }
  await jest.advanceTimersByTimeAsync(forMs);
  return started;
}

describe('RequestLimiter', () => {
  it('spaces starts evenly', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 4, parallelRequests: 10 });
    expect(await starts(limiter, 5, 0, 2_000)).toEqual([0, 250, 500, 750, 1000]);
  });

  it('lets no more run at once than there are places', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 1_000, parallelRequests: 2 });
    const started = await starts(limiter, 5, 100, 1_000);
    expect(started.map((at) => Math.round(at / 100))).toEqual([0, 0, 1, 1, 2]);
  });

  it('saves up nothing while it is idle', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 4, parallelRequests: 10 });
    await starts(limiter, 1, 0, 10_000);
    expect(await starts(limiter, 3, 0, 2_000)).toEqual([0, 250, 500]);
  });

  it('keeps high rates in spite of slow timers, and never passes them', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 1_000, parallelRequests: 5_000 });
    const started = await starts(limiter, 3_000, 0, 2_000);
    expect(started.length).toBeGreaterThan(1_990);
    for (const [index, at] of started.entries()) {
      const within = started.filter((other, j) => j >= index && other - at <= 100).length;
      expect(within).toBeLessThanOrEqual(100 + 10 + 2);
    }
  });

  it('holds everything back while it is paused', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 10, parallelRequests: 10 });
    limiter.pause(1_000);
    expect(await starts(limiter, 3, 0, 2_000)).toEqual([1000, 1100, 1200]);
    limiter.pause(500);
    limiter.pause(100);
    expect((await starts(limiter, 1, 0, 1_000))[0]).toBeGreaterThanOrEqual(500);
  });

  it('forgets who gave up, wherever they waited', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 4, parallelRequests: 1 });
    const release = await limiter.acquire(never);
    const abort = new AbortController();
    const inLine = limiter.acquire(abort.signal);
    abort.abort();
    await expect(inLine).rejects.toBe(abort.signal.reason);
    release();
    release();
    const second = new AbortController();
    const pacing = limiter.acquire(second.signal);
    second.abort();
    await expect(pacing).rejects.toBe(second.signal.reason);
    await expect(limiter.acquire(AbortSignal.abort('no'))).rejects.toBe('no');
    const third = limiter.acquire(never);
    await jest.advanceTimersByTimeAsync(1_000);
    (await third)();
    expect(await starts(limiter, 2, 0, 2_000)).toHaveLength(2);
  });

  it('takes other limits on while requests wait, and goes back up to its first ones', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 1_000, parallelRequests: 4 });
    limiter.adjust({ requestsPerSecond: 1_000, parallel: 1 });
    setTimeout(() => limiter.adjust({ requestsPerSecond: 1_000, parallel: 99 }), 50);
    const started = (await starts(limiter, 9, 100, 1_000)).map((at) => Math.round(at / 10) * 10);
    // The one that ran ends at 100, those let in at 50 end at 150.
    expect(started).toEqual([0, 50, 50, 50, 100, 150, 150, 150, 200]);
    limiter.adjust({ requestsPerSecond: 4, parallel: 4 });
    expect(await starts(limiter, 3, 0, 2_000)).toEqual([0, 250, 500]);
  });

  it('lets those under way end before it keeps to fewer', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 1_000, parallelRequests: 4 });
    setTimeout(() => limiter.adjust({ requestsPerSecond: 1_000, parallel: 1 }), 50);
    const started = (await starts(limiter, 7, 100, 1_000)).map((at) => Math.round(at / 100) * 100);
    expect(started).toEqual([0, 0, 0, 0, 100, 200, 300]);
  });

  it('knows at which rate requests started of late', async () => {
    const limiter = new RequestLimiter({ requestsPerSecond: 20, parallelRequests: 50 });
    await starts(limiter, 5, 0, 1_000);
    expect(limiter.recentRate).toBe(Infinity);
    await starts(limiter, 20, 0, 2_000);
    expect(Math.round(limiter.recentRate)).toBe(20);
  });
});
