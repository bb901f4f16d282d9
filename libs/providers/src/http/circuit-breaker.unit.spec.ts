import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21);

/** How long each of the rests is that follow each other, when what causes them happens again right after each; in minutes. */
function rests(breaker: CircuitBreaker, count: number, happen: (now: number) => void): number[] {
  let now = START;
  return Array.from({ length: count }, () => {
    for (let times = 0; breaker.rest(now) === undefined; times++) {
      if (times > 100) throw new Error('It never rests.');
      happen(now);
    }
    const { until } = breaker.rest(now) as { until: number };
    const minutes = (until - now) / MINUTE;
    now = until;
    return minutes;
  });
}

describe('CircuitBreaker', () => {
  it('rests after three logins refused in a row, longer each time, up to six hours', () => {
    const breaker = new CircuitBreaker();
    breaker.loginRefused(START, 'No.');
    breaker.loginRefused(START, 'No.');
    expect(breaker.rest(START)).toBeUndefined();
    breaker.loginRefused(START, 'No.');
    expect(breaker.rest(START)).toEqual({
      until: START + 15 * MINUTE,
      why: '3 logins in a row were refused. No.',
    });
    expect(breaker.rest(START + 15 * MINUTE)).toBeUndefined();
    const fresh = new CircuitBreaker();
    expect(rests(fresh, 7, (now) => fresh.loginRefused(now, 'No.'))).toEqual([
      15, 30, 60, 120, 240, 360, 360,
    ]);
  });

  it('begins to count anew after a login that was accepted', () => {
    const breaker = new CircuitBreaker();
    for (let login = 0; login < 10; login++) {
      breaker.loginRefused(START, 'No.');
      breaker.loginRefused(START, 'No.');
      breaker.loginAccepted();
    }
    expect(breaker.rest(START)).toBeUndefined();
    expect(breaker.memory(START)).toEqual({});
  });

  it('rests two hours after a ban', () => {
    const breaker = new CircuitBreaker();
    breaker.banned(START, 'Shut out.');
    expect(breaker.rest(START)).toEqual({ until: START + 2 * HOUR, why: 'Shut out.' });
  });

  it('believes a ban the second time only, where the first may mean something else', () => {
    const breaker = new CircuitBreaker({}, 2);
    breaker.banned(START, 'Shut out.');
    breaker.succeeded();
    breaker.banned(START, 'Shut out.');
    expect(breaker.rest(START)).toBeUndefined();
    breaker.banned(START, 'Shut out.');
    expect(breaker.rest(START)).toBeDefined();
  });

  it('rests after ten failed connections in a row, longer each time, up to half an hour', () => {
    const breaker = new CircuitBreaker();
    for (let failure = 0; failure < 9; failure++) breaker.connectionFailed(START, 1, 'Reset.');
    breaker.answered();
    for (let failure = 0; failure < 9; failure++) breaker.connectionFailed(START, 1, 'Reset.');
    expect(breaker.rest(START)).toBeUndefined();
    breaker.connectionFailed(START, 1, 'Reset.');
    expect(breaker.rest(START)).toEqual({
      until: START + MINUTE,
      why: 'It failed 10 times in a row. Reset.',
    });
    const fresh = new CircuitBreaker();
    expect(rests(fresh, 7, (now) => fresh.connectionFailed(now, 1, 'Reset.'))).toEqual([
      1, 2, 4, 8, 16, 30, 30,
    ]);
  });

  it.each([3, 8])('counts %i connections that fail side by side as one', (parallel) => {
    const breaker = new CircuitBreaker();
    for (let failure = 1; failure < 10 * parallel; failure++) {
      breaker.connectionFailed(START, 1 / parallel, 'Reset.');
    }
    expect(breaker.rest(START)).toBeUndefined();
    breaker.connectionFailed(START, 1 / parallel, 'Reset.');
    expect(breaker.rest(START)).toBeDefined();
  });

  it('counts nothing that ends while it rests', () => {
    const breaker = new CircuitBreaker();
    for (let login = 0; login < 30; login++) breaker.loginRefused(START + login, 'No.');
    expect(breaker.memory(START + 30)).toMatchObject({
      authFailures: 3,
      coolDownUntil: START + 2 + 15 * MINUTE,
    });
  });

  it('keeps to what the provider asked for, up to a day', () => {
    const breaker = new CircuitBreaker();
    breaker.askedToWait(START, 30 * MINUTE);
    expect(breaker.rest(START)?.until).toBe(START + 30 * MINUTE);
    const endless = new CircuitBreaker();
    endless.askedToWait(START, 9_999 * HOUR);
    expect(endless.rest(START)?.until).toBe(START + 24 * HOUR);
  });

  it('goes on where the last client stopped', () => {
    const first = new CircuitBreaker();
    for (let login = 0; login < 3; login++) first.loginRefused(START, 'No.');
    const second = new CircuitBreaker(JSON.parse(JSON.stringify(first.memory(START))) as object);
    expect(second.rest(START + MINUTE)).toEqual(first.rest(START + MINUTE));
    const later = START + HOUR;
    second.loginRefused(later, 'No.');
    expect(second.rest(later)?.until).toBe(later + 30 * MINUTE);
    const third = new CircuitBreaker({ transportFailures: 10 });
    third.connectionFailed(START, 1 / 8, 'Reset.');
    expect(third.rest(START)?.until).toBe(START + 2 * MINUTE);
  });

  it('does not believe a memory that lies further ahead than any rest', () => {
    expect(new CircuitBreaker({ coolDownUntil: START + 25 * HOUR }).rest(START)).toBeUndefined();
  });
});
