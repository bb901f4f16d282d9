import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CatalogueSyncError, ERROR_CODE, providerId } from '@catalogue-sync/contracts';
import { DAY_MS, SchedulerBench, type Replica } from '../../e2e/support/scheduler-bench.js';

jest.setTimeout(60_000);

let bench: SchedulerBench;
let one: Replica;
let two: Replica;
let provider = providerId('p0');
let count = 0;

beforeAll(async () => {
  bench = await SchedulerBench.start();
  one = await bench.replica();
  two = await bench.replica();
}, 60_000);
afterAll(() => bench.stop());
beforeEach(async () => {
  count += 1;
  provider = providerId(`p${count}`);
  bench.fetcher.providers = [provider];
  bench.fetcher.jobs.length = 0;
  await one.follow.run();
});

const pass = (ms: number): void => {
  bench.clock.offsetMs += ms;
};

describe('the schedule of a provider', () => {
  it('is there once it appears, daily at 03:00, however many replicas see it', async () => {
    await Promise.all([one.follow.run(), two.follow.run()]);
    const schedules = await bench.rows<{ cron: string; mode: string; at: string }>(
      `select cron, mode, to_char(next_due_at at time zone 'UTC', 'HH24:MI') as at from schedule where provider_id = $1`,
      [provider],
    );
    expect(schedules).toEqual([{ cron: '0 3 * * *', mode: 'auto', at: '03:00' }]);
  });

  it('does not come back when it was deleted, and goes with its provider', async () => {
    await bench.rows('delete from schedule where provider_id = $1', [provider]);
    await one.follow.run();
    expect(await bench.rows('select id from schedule where provider_id = $1', [provider])).toEqual([]);
    bench.fetcher.providers = [];
    await two.follow.run();
    expect(await bench.rows('select provider_id from known_provider')).toEqual([]);
  });
});

describe('a due time', () => {
  it('is one order to the fetcher, however many replicas look', async () => {
    pass(DAY_MS);
    await Promise.all([one, two, one, two].map((replica) => replica.raise.run()));
    await Promise.all([one, two, one, two].map((replica) => replica.send.run()));
    expect(bench.fetcher.jobs).toMatchObject([{ providerId: provider, mode: 'auto' }]);
    expect(await bench.ticks(provider)).toMatchObject([
      { state: 'answered', attempts: 1, jobId: bench.fetcher.jobs[0]?.id },
    ]);
  });

  it('is no order before its time, nor while its schedule is paused', async () => {
    await bench.rows('update schedule set paused = true where provider_id = $1', [provider]);
    pass(DAY_MS);
    expect(await one.raise.run()).toBe(0);
    await bench.rows('update schedule set paused = false where provider_id = $1', [provider]);
    expect(await one.raise.run()).toBe(1);
    expect(await one.raise.run()).toBe(0);
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
  });

  it('that was missed for days is made up for once', async () => {
    pass(5 * DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(2);
  });

  it('is tried again until the fetcher has answered', async () => {
    const busy = new CatalogueSyncError(ERROR_CODE.serviceUnavailable, 'Try again.');
    bench.fetcher.failures.push(busy, busy);
    pass(DAY_MS);
    await one.raise.run();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await one.send.run();
      pass(60_000);
    }
    expect(bench.fetcher.jobs).toHaveLength(1);
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'answered', attempts: 3 }]);
  });

  it('is one order in the end when the answer was lost', async () => {
    bench.fetcher.failures.push('lost');
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'due', attempts: 1 }]);
    pass(60_000);
    await two.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
    expect(await bench.ticks(provider)).toMatchObject([
      { state: 'answered', attempts: 2, jobId: bench.fetcher.jobs[0]?.id },
    ]);
  });

  it('is taken over from a replica that died between claim and order', async () => {
    pass(DAY_MS);
    await one.raise.run();
    // What the dead one leaves: an attempt that was counted, and a claim that runs out.
    await bench.rows(
      `update tick set attempts = 1, try_at = to_timestamp($1::float8 / 1000) where state = 'due'`,
      [(await bench.clock.now(one.orm.em.fork())) + 30_000],
    );
    await two.send.run();
    expect(bench.fetcher.jobs).toHaveLength(0);
    pass(30_000);
    await two.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
  });

  it('of a provider that is being deleted is given up', async () => {
    bench.fetcher.failures.push(new CatalogueSyncError(ERROR_CODE.providerDeleting, 'It is going.'));
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'refused', attempts: 1 }]);
  });
});
