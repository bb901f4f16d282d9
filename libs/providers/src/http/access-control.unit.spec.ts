import { describe, expect, it } from '@jest/globals';
import { DEFAULT_PROVIDER_SETTINGS } from '@catalogue-sync/contracts';
import { AccessControl } from './access-control.js';

function control(lines: string[] = []): AccessControl {
  const settings = { ...DEFAULT_PROVIDER_SETTINGS.stalker, parallelRequests: 8, requestsPerSecond: 100 };
  return new AccessControl({ settings, maxWaitMs: 1_000, log: (line) => lines.push(line) });
}

/** Answers that began after so many ms, to requests that are sent now. */
function began(access: AccessControl, times: number, ms: number): void {
  for (let answer = 0; answer < times; answer++) access.began('page', ms, performance.now());
}

describe('AccessControl', () => {
  it('asks less of a provider that grows slow under it, and says so', () => {
    const lines: string[] = [];
    const access = control(lines);
    began(access, 100, 50);
    expect(access.memory).toEqual({});
    began(access, 20, 3_000);
    expect(access.memory).toEqual({ parallel: 4, parallelCeiling: 7 });
    expect(lines).toEqual([
      'The provider is asked 4 at a time and at most 100.00 times a second from now on.',
    ]);
  });

  it('takes that back when it stays slow all the same', () => {
    const access = control();
    began(access, 100, 50);
    began(access, 200, 3_000);
    expect(access.memory).toEqual({});
  });
});
