import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, ERROR_CODE, providerId } from '@catalogue-sync/contracts';
import { DAY_MS, SchedulerBench, type Replica } from '../../e2e/support/scheduler-bench.js';

let bench: SchedulerBench;
let one: Replica;
let two: Replica;
let provider = providerId('p0');
let count = 0;

beforeAll(async () => {
  bench = await SchedulerBench.start();
  one = await bench.replica();
  two = await bench.replica();
});
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

  it('is no second order when the lost answer told of a job that was under way', async () => {
    const active = bench.fetcher.add({ providerId: provider, state: 'fetching' });
    bench.fetcher.failures.push('lost');
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    Object.assign(active, { state: 'completed', finishedAt: new Date().toISOString() });
    pass(60_000);
    await two.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'answered', attempts: 2, jobId: active.id }]);
  });

  it('is an order of its own after a plain refusal, whatever ran meanwhile', async () => {
    bench.fetcher.failures.push(new CatalogueSyncError(ERROR_CODE.providerBusy, 'Not now.'));
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    bench.fetcher.add({ providerId: provider, finishedAt: new Date().toISOString() });
    pass(60_000);
    await one.send.run();
    expect(bench.fetcher.jobs.map((job) => job.trigger.split(':')[0])).toEqual(['api', 'schedule']);
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

describe('a change of a schedule', () => {
  const onlySchedule = async () => {
    const [schedule] = await one.schedules.list(provider);
    if (schedule === undefined) throw new Error('the provider has no schedule');
    return schedule;
  };

  it('loses no run that is overdue', async () => {
    const { id } = await onlySchedule();
    pass(DAY_MS);
    const changed = await one.schedules.update(provider, id, { cron: '30 5 * * *' });
    expect(changed.nextRunAt).toMatch(/T05:30/);
    await one.raise.run();
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
  });

  it('to paused stops a run that was raised and not sent, and it does not come after the pause', async () => {
    const { id } = await onlySchedule();
    pass(DAY_MS);
    await one.raise.run();
    await one.schedules.update(provider, id, { paused: true });
    await one.send.run();
    await one.schedules.update(provider, id, { paused: false });
    await one.raise.run();
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(0);
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'refused', attempts: 0 }]);
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(bench.fetcher.jobs).toHaveLength(1);
  });

  it('of a schedule that is not there is told by its code', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    await expect(one.schedules.update(provider, id, { paused: true })).rejects.toMatchObject({
      code: 'schedule-not-found',
    });
  });
});

describe('schedules beside each other', () => {
  it('are not held up by one whose due times cannot be told, which is paused with the reason', async () => {
    const { id } = await one.schedules.create(provider, { cron: '0 1 * * *' });
    await bench.rows(`update schedule set time_zone = 'Europe/Atlantis' where id = $1`, [id]);
    pass(DAY_MS);
    expect(await one.raise.run()).toBe(2);
    await one.send.run();
    // Which of them is due first depends on the hour.
    const ticks = await bench.ticks(provider);
    expect(ticks).toHaveLength(2);
    expect(ticks.find((tick) => tick.scheduleId === id)?.state).toBe('due');
    expect(ticks.find((tick) => tick.scheduleId !== id)?.state).toBe('answered');
    expect(await one.schedules.list(provider)).toMatchObject([
      { paused: false },
      { id, paused: true, fault: expect.stringContaining('time zone') },
    ]);
    const mended = await one.schedules.update(provider, id, { timeZone: 'UTC', paused: false });
    expect(mended).toMatchObject({ paused: false, nextRunAt: expect.any(String) });
    expect(mended.fault).toBeUndefined();
  });

  it('run late by a jitter of their own, within its bound', async () => {
    await bench.rows('delete from schedule where provider_id = $1', [provider]);
    const settings = { cron: '0 4 * * *', jitterSeconds: 3_600 };
    for (let made = 0; made < 8; made += 1) await one.schedules.create(provider, settings);
    pass(DAY_MS);
    await one.raise.run();
    const lateness = (await bench.ticks(provider)).map(
      (tick) => (Date.parse(tick.tryAt) - Date.parse(tick.dueAt)) / 1_000,
    );
    expect(new Set(lateness).size).toBe(8);
    for (const seconds of lateness) expect(seconds >= 0 && seconds <= 3_600).toBe(true);
  });
});

describe('ticks that are over', () => {
  it('are deleted a week later; one that still waits is not', async () => {
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    await one.schedules.create(provider, { cron: '0 5 * * *' });
    bench.fetcher.failures.push(
      ...Array.from({ length: 2 }, () => new CatalogueSyncError(ERROR_CODE.serviceUnavailable, 'Try again.')),
    );
    pass(DAY_MS);
    await one.raise.run();
    await one.send.run();
    expect(await bench.ticks(provider)).toHaveLength(3);
    expect(await one.trim.run()).toBe(0);
    pass(8 * DAY_MS);
    expect(await one.trim.run()).toBeGreaterThanOrEqual(1);
    expect(await bench.ticks(provider)).toMatchObject([{ state: 'due' }, { state: 'due' }]);
  });
});
