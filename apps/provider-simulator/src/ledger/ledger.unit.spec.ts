import { describe, expect, it } from '@jest/globals';
import { Ledger } from './ledger.js';

const request = { protocol: 'stalker', action: 'vod.get_ordered_list', pageKey: 'vod 1' } as const;

describe('the ledger', () => {
  it('finds the busiest second, wherever it lies', () => {
    const ledger = new Ledger();
    for (const now of [0, 900, 950, 1100, 1850, 3000]) ledger.arrived(request, now);
    expect(ledger.report().requestsPerSecondPeak).toBe(4);
  });

  it('counts parallel requests, repeats, handshakes, statuses and bytes, until it is reset', () => {
    const ledger = new Ledger();
    ledger.arrived({ protocol: 'stalker', action: 'stb.handshake' }, 0);
    ledger.arrived(request, 1);
    ledger.sent(100);
    ledger.left(200, true);
    ledger.arrived(request, 2);
    ledger.left(503, false);
    expect(ledger.report()).toMatchObject({
      requests: 3,
      requestsByAction: { 'stalker stb.handshake': 1, 'stalker vod.get_ordered_list': 2 },
      answersByStatus: { 200: 1, 503: 1 },
      bytes: 100,
      handshakes: 1,
      repeatedPages: 1,
      parallelPeak: 2,
      parallelNow: 1,
      aborted: 1,
    });
    ledger.reset();
    expect(ledger.report()).toMatchObject({ requests: 0, repeatedPages: 0, parallelPeak: 1, parallelNow: 1 });
  });
});
