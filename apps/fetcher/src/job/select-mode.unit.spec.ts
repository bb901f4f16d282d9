import { describe, expect, it } from '@jest/globals';
import { FULL_EVERY_MS, selectMode, type ModeQuestion } from './select-mode.js';

const regular: ModeQuestion = {
  protocol: 'xtream',
  requested: 'auto',
  resetRequested: false,
  sinceLastFullMs: 3600_000,
};

describe('selectMode', () => {
  const cases: [string, Partial<ModeQuestion>, string, RegExp][] = [
    ['a regular sync of a panel', {}, 'list', /regular sync/],
    ['a scope that was never read', { sinceLastFullMs: undefined }, 'full', /never read/],
    ['a provider that was reset', { resetRequested: true, requested: 'list' }, 'full', /reset/],
    ['a full sync on request', { requested: 'full' }, 'full', /asked for/],
    ['a list sync on request', { requested: 'list' }, 'list', /asked for/],
    ['a last full read that is a week old', { sinceLastFullMs: FULL_EVERY_MS }, 'full', /7 days/],
    ['a head sync of a panel', { requested: 'head' }, 'list', /newest-first/],
    ['a portal', { protocol: 'stalker' }, 'full', /page by page/],
    ['a playlist', { protocol: 'm3u' }, 'list', /regular sync/],
  ];
  it.each(cases)('%s', (_what, change, mode, reason) => {
    const choice = selectMode({ ...regular, ...change });
    expect(choice.mode).toBe(mode);
    expect(choice.reason).toMatch(reason);
  });
});
