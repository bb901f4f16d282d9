import { describe, expect, it } from '@jest/globals';
import { checkLines } from './check.js';
import { checkClock, checkSystem } from './check-gateway.js';
import { checkNode, checkSpace } from './check-machine.js';
import { checkSyncs } from './check-providers.js';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const provider = { id: 'p1', name: 'Panel' };

describe('the doctor', () => {
  it('tells a Node that is too old', () => {
    expect(['22.17.0', '24.0.0', '22.16.9', '20.20.2'].map((version) => checkNode(version).ok)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('tells a disk that is nearly full', () => {
    expect(checkSpace('/data', 1_000_000_000)).toMatchObject({
      ok: false,
      fix: expect.stringContaining('2000.0 MB'),
    });
    expect(checkSpace('/data', 3_000_000_000).ok).toBe(true);
  });

  it('tells a clock that is wrong, and forgives the second that the header leaves out', () => {
    expect(checkClock('Wed, 10 Jun 2026 12:00:00 GMT', NOW + 999)).toMatchObject({
      ok: true,
      detail: expect.stringContaining('0.0 s'),
    });
    expect(checkClock('Wed, 10 Jun 2026 12:00:00 GMT', NOW + 60_000).ok).toBe(false);
    expect(checkClock('Wed, 10 Jun 2026 12:00:00 GMT', NOW - 60_000).ok).toBe(false);
  });

  it('tells a service of which nothing answers, and a consumer that is far behind', () => {
    const replica = { name: 'a', startedAt: '2026-06-10T12:00:00Z', pid: 1, memoryBytes: 1 };
    const consumer = { name: 'reader', subjects: [], pending: 5001, unacknowledged: 0, redelivered: 0 };
    const stream = { name: 'CATALOGUE_FACTS' as const, messages: 9000, bytes: 1, consumerCount: 1 };
    const checks = checkSystem({
      services: [
        { name: 'fetcher', replicas: [replica, replica] },
        { name: 'notifier', replicas: [] },
      ],
      streams: [
        { ...stream, consumers: [consumer] },
        { ...stream, consumers: [{ ...consumer, pending: 5000 }] },
      ],
    });
    expect(checks.map(({ ok, detail }) => [ok, detail])).toEqual([
      [false, 'none of notifier'],
      [false, 'reader has 5001 messages before it'],
      [true, '9000 messages, nobody is far behind'],
    ]);
  });

  it('finds nothing at a provider whose syncs come through', () => {
    const lastSync = '2026-06-10T03:00:00Z';
    const status = { lastSyncMovies: lastSync, lastSyncChannels: lastSync };
    expect(checkSyncs(provider, status, 48, NOW)).toEqual([]);
  });

  it('tells a stale provider by the kind that waits the longest', () => {
    const status = { lastSyncMovies: '2026-06-10T03:00:00Z', lastSyncChannels: '2026-06-07T12:00:00Z' };
    const [check, ...others] = checkSyncs(provider, status, 48, NOW);
    expect(others).toEqual([]);
    expect(check).toMatchObject({ ok: false, detail: 'was last synced 72 hours ago' });
  });

  it('tells a failed sync with its reason, a provider that was never synced, and one that is left alone', () => {
    const lastJob = { id: 'j1', state: 'failed', reason: 'no login' };
    const coolDown = { until: '2026-06-10T13:00:00Z', reason: 'banned' };
    const checks = checkSyncs(provider, { lastJob, coolDown } as Parameters<typeof checkSyncs>[1], 48, NOW);
    expect(checks.map(({ detail }) => detail)).toEqual([
      'is left alone until 2026-06-10T13:00:00Z: banned',
      'the last sync ended failed: no login',
      'was never synced to the end',
    ]);
    expect(checks.flatMap(checkLines).filter((line) => line.includes('→'))).toHaveLength(3);
  });
});
