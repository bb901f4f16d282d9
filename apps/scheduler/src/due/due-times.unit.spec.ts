import { describe, expect, it } from '@jest/globals';
import { nextDue, nextDues } from './due-times.js';

const texts = (times: number[]) => times.map((time) => new Date(time).toISOString().slice(0, 16));
const dues = (cron: string, timeZone: string, after: string, count: number) =>
  texts(nextDues({ cron, timeZone }, Date.parse(after), count));

describe('due times', () => {
  it.each([
    // The clock jumps from 02:00 to 03:00: a run in between is due at the jump, once.
    ['30 2 * * *', 'Europe/Paris', '2026-03-28T12:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['*/20 2 * * *', 'Europe/Paris', '2026-03-29T00:00Z', ['2026-03-29T01:00', '2026-03-30T00:00']],
    ['0 * * * *', 'Europe/Paris', '2026-03-29T00:30Z', ['2026-03-29T01:00', '2026-03-29T02:00']],
    // The clock shows 02:00 to 03:00 twice: the first time counts.
    ['30 2 * * *', 'Europe/Paris', '2026-10-24T12:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['30 2 * * *', 'Europe/Paris', '2026-10-25T01:10Z', ['2026-10-26T01:30', '2026-10-27T01:30']],
    ['30 2 * * *', 'America/New_York', '2026-03-08T00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['30 1 * * *', 'America/New_York', '2026-11-01T00:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    // Half an hour is skipped and doubled there.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
    // No jumps at all.
    ['0 3 * * *', 'UTC', '2026-03-29T03:00Z', ['2026-03-30T03:00', '2026-03-31T03:00']],
    ['0 3 * * 1', 'Asia/Kolkata', '2026-11-21T00:00Z', ['2026-11-22T21:30', '2026-11-29T21:30']],
  ])('of %s in %s after %s', (cron, timeZone, after, expected) => {
    expect(dues(cron, timeZone, after, expected.length)).toEqual(expected);
  });

  it.each([
    ['0 3 * *', 'UTC', 'cron'],
    ['0 0 3 * * *', 'UTC', 'cron'],
    ['0 25 * * *', 'UTC', 'cron'],
    ['0 3 30 2 *', 'UTC', 'cron'],
    ['0 3 * * *', 'Europe/Atlantis', 'timeZone'],
  ])('refuse %s in %s', (cron, timeZone, field) => {
    expect(() => nextDue({ cron, timeZone }, 0)).toThrow(
      expect.objectContaining({ code: 'invalid-request', field }),
    );
  });
});
