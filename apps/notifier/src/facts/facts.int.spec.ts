import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  FACT_TYPE,
  NOTICE_TYPES,
  providerId,
  type ProviderId,
  type SyncNotice,
} from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { NotifierBench, newJob } from '../../e2e/support/notifier-bench.js';
import { WatchFreshness } from '../freshness/watch-freshness.js';

const HOUR_MS = 3_600_000;
let bench: NotifierBench;
let provider: ProviderId;
let path: string;
let count = 0;

beforeAll(async () => {
  bench = await NotifierBench.start();
});
afterAll(() => bench.stop());
beforeEach(() => {
  count += 1;
  provider = providerId(`p${count}`);
  path = `/hook-${count}`;
});

const told = (at = path) => bench.receiver.at(at).map(({ body }) => body);
const types = (at = path) => told(at).map(({ type }) => type);
const until = (what: string[], at = path) =>
  waitFor(() => JSON.stringify(types(at)) === JSON.stringify(what), {
    what: `${at} to get ${what.join(', ')}`,
  });
/** All attempts are written down: one that is under way would be made again by a clock that jumps beyond its claim. */
const settled = () =>
  waitFor(
    async () =>
      (
        await bench.rows(
          `select id from delivery where provider_id = $1 and state = 'due' and attempts > 0`,
          [provider],
        )
      ).length === 0,
    { what: 'what was sent to be written down' },
  );
const all = () => bench.webhook(path, [...NOTICE_TYPES], { providerId: provider });
const freshness = () => new WatchFreshness(bench.orm, bench.clock, 36).run();
/** Facts are taken in one after the other: when this one was told of, all before it were taken in. */
const takenIn = async () => {
  const marker = providerId(`m${count}x${Math.random().toString(36).slice(2, 8)}`.replace(/^m/, 'p'));
  await bench.webhook(`/marker-${marker}`, ['sync.finished'], { providerId: marker });
  await bench.finished(marker, 'completed');
  await until(['sync.finished'], `/marker-${marker}`);
};

describe('a sync', () => {
  it('is one signed message with what it came to, however often its end is said', async () => {
    await all();
    const job = newJob();
    await bench.finished(provider, 'completed', job);
    await bench.finished(provider, 'completed', job);
    await takenIn();
    await until(['sync.finished']);
    expect(bench.receiver.at(path)).toMatchObject([{ signed: true }]);
    expect(told()).toMatchObject([
      {
        data: {
          providerId: provider,
          jobId: job,
          outcome: 'completed',
          counts: { movie: { added: 3 } },
          snapshotVersion: 4,
          heldRemovals: [],
          recovered: false,
        },
      },
    ]);
  });

  it('with held removals is one message still, which names them all', async () => {
    await all();
    await bench.webhook(`${path}-plain`, ['sync.finished'], { providerId: provider });
    const job = newJob();
    await bench.held(provider, job, 'a');
    await bench.held(provider, job, 'b');
    await bench.held(provider, job, 'b');
    await bench.finished(provider, 'completed', job);
    await until(['removal.held']);
    await until(['sync.finished'], `${path}-plain`);
    const data = told()[0]?.data as SyncNotice;
    expect(data.heldRemovals.map(({ digest }) => digest).sort()).toEqual(['a', 'b']);
    expect(data.heldRemovals[0]).toMatchObject({ count: 300, scope: 'vod', kind: 'movie' });
    // One that was said late is told by itself, once.
    await bench.held(provider, job, 'c');
    await bench.held(provider, job, 'c');
    await takenIn();
    await until(['removal.held', 'removal.held']);
  });

  it('is told only to webhooks that chose it, of the provider that they chose', async () => {
    const chosen = await bench.webhook(path, ['sync.failed', 'sync.partial'], { providerId: provider });
    await bench.webhook(`${path}-off`, [...NOTICE_TYPES], { providerId: provider, enabled: false });
    await bench.webhook(`${path}-other`, [...NOTICE_TYPES], { providerId: providerId('pother') });
    for (const outcome of ['completed', 'partial', 'cancelled', 'failed'] as const)
      await bench.finished(provider, outcome);
    await takenIn();
    await waitFor(() => types().length >= 2, { what: 'both messages' });
    expect(types().toSorted()).toEqual(['sync.failed', 'sync.partial']);
    const webhooks = await bench.rows('select webhook_id from delivery where provider_id = $1 group by 1', [
      provider,
    ]);
    expect(webhooks).toEqual([{ webhook_id: chosen.id }]);
  });
});

describe('a provider', () => {
  it('is told of as stale once, and as recovered with its next complete sync', async () => {
    await all();
    await bench.finished(provider, 'completed');
    await until(['sync.finished']);
    await settled();
    bench.clock.offsetMs += 35 * HOUR_MS;
    await freshness();
    await bench.finished(provider, 'partial');
    await until(['sync.finished', 'sync.partial']);
    await settled();
    bench.clock.offsetMs += 2 * HOUR_MS;
    await Promise.all([freshness(), freshness()]);
    await freshness();
    await until(['sync.finished', 'sync.partial', 'provider.stale']);
    expect(told()[2]?.data).toMatchObject({ hours: 36, lastSuccessAt: expect.any(String) });
    await bench.finished(provider, 'completed');
    await until(['sync.finished', 'sync.partial', 'provider.stale', 'provider.recovered']);
    await bench.finished(provider, 'completed');
    await waitFor(() => types().at(-1) === 'sync.finished', { what: 'an ordinary end again' });
    expect(types()).toHaveLength(5);
  });

  it('that never came through is stale too; one that was deleted is not, whatever is said late', async () => {
    const deleted = providerId(`${provider}gone`);
    await all();
    await bench.webhook(`${path}-gone`, ['provider.stale'], { providerId: deleted });
    await bench.say(FACT_TYPE.syncStarted, { providerId: provider, jobId: newJob() });
    await bench.say(FACT_TYPE.syncStarted, { providerId: deleted, jobId: newJob() });
    await bench.say(FACT_TYPE.providerPurged, { providerId: deleted });
    await bench.finished(deleted, 'cancelled');
    await takenIn();
    bench.clock.offsetMs += 37 * HOUR_MS;
    await freshness();
    await until(['provider.stale']);
    expect(told()[0]?.data).toEqual({ providerId: provider, hours: 36 });
    expect(await bench.rows('select id from delivery where provider_id = $1', [deleted])).toEqual([]);
  });

  it('has held removals told even when their sync never ends', async () => {
    await all();
    await bench.held(provider, newJob(), 'd');
    await takenIn();
    await freshness();
    expect(types()).toEqual([]);
    bench.clock.offsetMs += 7 * HOUR_MS;
    await freshness();
    await until(['removal.held']);
  });
});
