import { describe, expect, it } from '@jest/globals';
import { REPEATABLE_REQUESTS, REQUEST, type RequestPattern } from './requests.js';

/** These read, but ask the provider. */
const ASK_THE_PROVIDER: readonly RequestPattern[] = [REQUEST.getEpisodes, REQUEST.getMovieDetails];

describe('requests that may be sent again', () => {
  it('are all that only read, and nothing that orders', () => {
    const readOnly = Object.values(REQUEST)
      .filter((pattern) => /^\w+\.(get|list|preview|suggest)-/.test(pattern))
      .filter((pattern) => !ASK_THE_PROVIDER.includes(pattern));
    expect([...REPEATABLE_REQUESTS].sort()).toEqual(readOnly.sort());
  });
});
