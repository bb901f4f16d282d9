import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AdaptiveLimits, type Limits } from './adaptive-limits.js';

const MOST: Limits = { parallel: 8, requestsPerSecond: 16 };

/** A provider's answers one after the other, each to a request that was sent after the one before. */
class Answers {
  now = 0;
  constructor(readonly limits: AdaptiveLimits) {}

  good(times: number): this {
    for (let answer = 0; answer < times; answer++) this.limits.good(++this.now, ++this.now);
    return this;
  }

  trouble(rate = Infinity): this {
    this.limits.trouble('refused', ++this.now, ++this.now, rate);
    return this;
  }

  slow(rate = Infinity): this {
    this.limits.trouble('slow', ++this.now, ++this.now, rate);
    return this;
  }

  get current(): Limits {
    return this.limits.current;
  }
}

const answers = (learned = {}) => new Answers(new AdaptiveLimits(MOST, learned));

describe('AdaptiveLimits', () => {
  it('asks as much as the settings allow, as long as nothing is wrong', () => {
    const { limits, current } = answers().good(10_000);
    expect(current).toEqual(MOST);
    expect(limits.learned).toEqual({});
  });

  it('halves at trouble, down to its floor', () => {
    const provider = answers();
    expect(provider.trouble().current).toEqual({ parallel: 4, requestsPerSecond: 8 });
    expect(provider.trouble().current).toEqual({ parallel: 2, requestsPerSecond: 4 });
    for (let more = 0; more < 20; more++) provider.trouble();
    expect(provider.current).toEqual({ parallel: 1, requestsPerSecond: 0.25 });
  });

  it('halves once for all requests that were under way together', () => {
    const limits = new AdaptiveLimits(MOST);
    for (let request = 0; request < 8; request++) limits.trouble('refused', request, 100 + request, Infinity);
    expect(limits.current.parallel).toBe(4);
    limits.trouble('refused', 101, 200, Infinity);
    expect(limits.current.parallel).toBe(2);
  });

  it('halves the rate that was made, where the limit is far above it', () => {
    const limits = new AdaptiveLimits({ parallel: 8, requestsPerSecond: 10_000 });
    limits.trouble('refused', 1, 2, 160);
    expect(limits.current.requestsPerSecond).toBe(80);
  });

  it('rises step by step to just below what caused the trouble, and beyond only slowly', () => {
    const provider = answers().trouble();
    expect(provider.good(9).current.parallel).toBe(4);
    expect(provider.good(1).current).toEqual({ parallel: 5, requestsPerSecond: 9 });
    provider.good(100);
    expect(provider.current.parallel).toBe(7);
    expect(provider.current.requestsPerSecond).toBeCloseTo(14.4);
    expect(provider.good(50).current.parallel).toBe(7);
    expect(provider.good(200).current.parallel).toBe(8);
  });

  it('does not take an outage for a low limit', () => {
    const provider = answers().trouble().trouble().trouble().trouble();
    expect(provider.current.parallel).toBe(1);
    expect(provider.good(200).current.parallel).toBe(7);
  });

  it('learns a lower limit from trouble that comes back after good answers', () => {
    const provider = answers().trouble().good(20).trouble().good(500);
    // 8 failed, then 6: it stays at 5 until it probes.
    expect(provider.current.parallel).toBeLessThan(8);
    expect(answers().trouble().good(20).trouble().good(190).current.parallel).toBe(5);
  });

  it('probes in growing steps beyond a limit that is not there any more, and in small ones after new trouble', () => {
    const provider = new Answers(new AdaptiveLimits({ parallel: 1, requestsPerSecond: 1_000 }));
    provider.trouble(4);
    expect(provider.good(80).current.requestsPerSecond).toBeCloseTo(3.6);
    expect(provider.good(200).current.requestsPerSecond).toBeCloseTo(3.85);
    expect(provider.good(200).current.requestsPerSecond).toBeCloseTo(4.35);
    expect(provider.good(2_000).current.requestsPerSecond).toBeGreaterThan(250);
    provider.trouble(200);
    const { requestsPerSecond } = provider.current;
    expect(requestsPerSecond).toBe(100);
    expect(provider.good(10).current.requestsPerSecond).toBe(112.5);
  });

  it('asks a slow provider less at a time; how often it answered while it was slow says nothing about its limit', () => {
    const provider = answers().slow(0.5);
    expect(provider.current).toEqual({ parallel: 4, requestsPerSecond: 16 });
    expect(provider.good(30).current).toEqual({ parallel: 7, requestsPerSecond: 16 });
    expect(provider.good(200).current).toEqual(MOST);
  });

  it('asks a provider that is slow one at a time less often', () => {
    const provider = answers().slow(0.5).slow(0.5).slow(0.5);
    expect(provider.current).toEqual({ parallel: 1, requestsPerSecond: 16 });
    expect(provider.slow(0.8).current).toEqual({ parallel: 1, requestsPerSecond: 0.4 });
    for (let more = 0; more < 5; more++) provider.slow(0.3);
    expect(provider.current).toEqual({ parallel: 1, requestsPerSecond: 0.25 });
    // None of it was after a good answer, so it was one outage, and no limit.
    expect(provider.good(100).current.requestsPerSecond).toBeGreaterThan(1);
  });

  it('takes back what had another cause', () => {
    const provider = answers().good(5).trouble();
    provider.limits.takeBack(++provider.now);
    expect(provider.current).toEqual(MOST);
  });

  it('starts where the last client ended, and goes a step further after a run without trouble', () => {
    const { learned } = answers().trouble().good(10).limits;
    expect(learned).toMatchObject({ parallel: 5, requestsPerSecond: 9, parallelCeiling: 7 });
    const second = answers(learned);
    expect(second.current).toEqual({ parallel: 5, requestsPerSecond: 9 });
    expect(second.limits.learned).toEqual(learned);
    expect(second.good(1).limits.learned).toMatchObject({ parallel: 6, requestsPerSecond: 13.5 });
    let kept = learned;
    for (let run = 0; run < 5; run++) kept = answers(kept).good(7).limits.learned;
    expect(kept).toEqual({});
  });

  it('never passes the settings nor its floor, whatever happens and whatever it is told', () => {
    const event = fc.oneof(
      fc.constant<'good'>('good'),
      fc.constant<'trouble'>('trouble'),
      fc.constant<'slow'>('slow'),
      fc.constant<'takeBack'>('takeBack'),
    );
    const learned = fc.record(
      {
        parallel: fc.integer({ min: -3, max: 99 }),
        requestsPerSecond: fc.double({ min: -3, max: 99, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(learned, fc.array(event, { maxLength: 400 }), (told, events) => {
        const provider = answers(told);
        for (const next of events) {
          if (next === 'takeBack') provider.limits.takeBack(++provider.now);
          else if (next === 'good') provider.good(7);
          else if (next === 'slow') provider.slow(3);
          else provider.trouble();
          expect(provider.current.parallel).toBeGreaterThanOrEqual(1);
          expect(provider.current.parallel).toBeLessThanOrEqual(8);
          expect(Number.isInteger(provider.current.parallel)).toBe(true);
          expect(provider.current.requestsPerSecond).toBeGreaterThanOrEqual(0.25);
          expect(provider.current.requestsPerSecond).toBeLessThanOrEqual(16);
        }
      }),
    );
  });
});
