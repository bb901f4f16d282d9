import { describe, expect, it } from '@jest/globals';
import { inFetchOrder, syncedKinds } from './scope-kinds.js';

describe('syncedKinds', () => {
  it('names the kinds whose scopes were read to their end', () => {
    expect(
      syncedKinds([
        { scope: 'live', outcome: 'complete' },
        { scope: 'movie', outcome: 'incomplete' },
        { scope: 'series', outcome: 'not-modified' },
      ]),
    ).toEqual(['channel', 'series']);
  });

  it('waits for every scope that lists the kind', () => {
    expect(
      syncedKinds([
        { scope: 'vod', outcome: 'complete' },
        { scope: 'series', outcome: 'failed' },
      ]),
    ).toEqual(['movie']);
  });

  it('is empty when nothing was read', () => {
    expect(syncedKinds([])).toEqual([]);
    expect(syncedKinds([{ scope: 'playlist', outcome: null }])).toEqual([]);
  });
});

it('fetches channels first and series last', () => {
  expect(inFetchOrder(['series', 'movie', 'live'])).toEqual(['live', 'movie', 'series']);
});
