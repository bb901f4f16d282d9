import { describe, expect, it } from '@jest/globals';
import { EARLY_FULL_AFTER_MS, selectMode, type ModeQuestion } from './select-mode.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const HOUR_MS = 3600_000;
const hoursAgo = (hours: number) => new Date(NOW - hours * HOUR_MS);

const regular: ModeQuestion = {
  protocol: 'xtream',
  scope: 'movie',
  requested: 'auto',
  resetRequested: false,
  remembered: { fullAt: hoursAgo(1), memory: { key: 'k', frontier: 5 } },
  fullEveryHours: 168,
  now: NOW,
};
const portal: Partial<ModeQuestion> = { protocol: 'stalker', scope: 'vod' };
const wanted = (hours: number) => ({
  ...regular.remembered,
  fullAt: hoursAgo(hours),
  fullWanted: '3 absent',
});

describe('selectMode', () => {
  const cases: [string, Partial<ModeQuestion>, string, RegExp][] = [
    ['a regular sync of a panel', {}, 'list', /regular sync/],
    ['a scope that was never read', { remembered: {} }, 'full', /never read/],
    ['a provider that was reset', { resetRequested: true, requested: 'list' }, 'full', /reset/],
    ['a full sync on request', { requested: 'full' }, 'full', /asked for/],
    ['a list sync on request', { requested: 'list' }, 'list', /asked for/],
    ['a last full read that is a week old', { remembered: { fullAt: hoursAgo(168) } }, 'full', /7 days/],
    ['a week less an hour', { remembered: { fullAt: hoursAgo(167) } }, 'list', /regular/],
    ['a setting in hours', { remembered: { fullAt: hoursAgo(5) }, fullEveryHours: 5 }, 'full', /5 hours/],
    ['a head sync of a panel', { requested: 'head' }, 'list', /newest-first/],
    ['a portal', portal, 'head', /newest pages/],
    ['a portal without a frontier', { ...portal, remembered: { fullAt: hoursAgo(1) } }, 'full', /entry date/],
    ['a list sync of a portal', { ...portal, requested: 'list' }, 'full', /no list/],
    ['the channels of a portal', { ...portal, scope: 'live' }, 'list', /one answer/],
    ['a playlist', { protocol: 'm3u' }, 'list', /regular sync/],
    ['absences in doubt, too soon', { ...portal, remembered: wanted(5) }, 'head', /newest pages/],
    [
      'absences in doubt',
      { ...portal, remembered: wanted(EARLY_FULL_AFTER_MS / HOUR_MS) },
      'full',
      /3 absent/,
    ],
  ];
  it.each(cases)('%s', (_what, change, mode, reason) => {
    const choice = selectMode({ ...regular, ...change });
    expect(choice.mode).toBe(mode);
    expect(choice.reason).toMatch(reason);
  });
});
