import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { REQUEST, providerId } from '@catalogue-sync/contracts';
import { loadConfig } from '@catalogue-sync/hosting';
import { waitFor } from '@catalogue-sync/testing';
import { DAY_MS, SchedulerBench } from '../../e2e/support/scheduler-bench.js';
import { SchedulerConfig } from '../scheduler.config.js';
import { SchedulerModule } from '../scheduler.module.js';
import { connectTransports } from '../transports.js';

const provider = providerId('p1');
let bench: SchedulerBench;
let app: INestApplication;

beforeAll(async () => {
  bench = await SchedulerBench.start();
  bench.fetcher.providers = [provider];
  const config = loadConfig(SchedulerConfig, {
    DATABASE_URL: bench.databaseUrl,
    NATS_URL: bench.natsUrl,
    REPLICA_NAME: 'one',
    LOOK_EVERY_MS: '50',
  });
  const module = await SchedulerModule.create(config, bench.clock);
  app = await NestFactory.create(module, { logger: false, abortOnError: false });
  connectTransports(app, config);
  await app.init();
  await app.startAllMicroservices();
});
afterAll(async () => {
  await app.close();
  await bench.stop();
});

const listed = async () =>
  (await bench.requests.send(REQUEST.listSchedules, { providerId: provider })).schedules;

describe('the scheduler', () => {
  it('runs by itself: the default schedule is there, and starts its sync when it is due', async () => {
    await waitFor(async () => (await listed()).length, { what: 'the default schedule' });
    bench.clock.offsetMs += DAY_MS;
    const job = await waitFor(() => bench.fetcher.jobs[0], { what: 'the order' });
    expect(job).toMatchObject({ providerId: provider, mode: 'auto' });
  });

  it('gives a provider its schedule as soon as somebody asks for it', async () => {
    const fresh = providerId('p3');
    bench.fetcher.providers = [provider, fresh];
    const { schedules } = await bench.requests.send(REQUEST.listSchedules, { providerId: fresh });
    expect(schedules).toMatchObject([{ cron: '0 3 * * *', words: 'At 03:00, every day (UTC)' }]);
  });

  it('keeps any number of schedules, which can be changed, paused and deleted', async () => {
    const settings = { cron: '15 4 * * 0', timeZone: 'Europe/Paris', mode: 'full' as const };
    const made = await bench.requests.send(REQUEST.createSchedule, { providerId: provider, ...settings });
    expect(made).toMatchObject({ ...settings, jitterSeconds: 0, paused: false });
    expect(await listed()).toHaveLength(2);
    const of = { providerId: provider, scheduleId: made.id };
    const paused = await bench.requests.send(REQUEST.updateSchedule, { ...of, paused: true });
    expect(paused).toMatchObject({ ...settings, paused: true });
    expect(paused.nextRunAt).toBeUndefined();
    expect(await bench.requests.send(REQUEST.deleteSchedule, of)).toEqual({ deleted: true });
    expect(await bench.requests.send(REQUEST.deleteSchedule, of)).toEqual({ deleted: false });
    expect(await listed()).toHaveLength(1);
  });

  it('previews runs, and refuses what means nothing', async () => {
    const ask = (cron: string) =>
      bench.requests.send(REQUEST.previewSchedule, { cron, timeZone: 'UTC', count: 3 });
    const { nextRuns, words } = await ask('0 3 * * *');
    expect(words).toBe('At 03:00, every day (UTC)');
    expect(nextRuns.map((run) => run.slice(11, 16))).toEqual(['03:00', '03:00', '03:00']);
    await expect(ask('whenever')).rejects.toMatchObject({ code: 'invalid-request', field: 'cron' });
    await expect(
      bench.requests.send(REQUEST.createSchedule, { providerId: provider, cron: '0 3 30 2 *' }),
    ).rejects.toMatchObject({ code: 'invalid-request', field: 'cron' });
  });

  it('suggests how often to sync, by the completed syncs of the past', async () => {
    const other = providerId('p2');
    const suggest = () => bench.requests.send(REQUEST.suggestSchedule, { providerId: other });
    expect(await suggest()).toEqual({ syncs: 0, changed: 0 });
    const none = { added: 0, updated: 0, removed: 0, unchanged: 9 };
    for (let hour = 0; hour <= 10; hour += 1) {
      const counts = { channel: none, movie: none, series: none, category: none };
      bench.fetcher.add({
        providerId: other,
        createdAt: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
        counts: hour % 4 === 0 ? { ...counts, movie: { ...none, added: 1 } } : counts,
      });
      // A failed one tells nothing about the provider's changes.
      bench.fetcher.add({ providerId: other, state: 'failed', counts });
    }
    const { intervalMs = 0, ...suggestion } = await suggest();
    expect(intervalMs).toBeGreaterThan(2 * 3_600_000);
    expect(intervalMs).toBeLessThan(8 * 3_600_000);
    expect(suggestion).toEqual({
      syncs: 10,
      changed: 2,
      cron: '0 */4 * * *',
      words: 'On the hour, every 4 hours, every day (UTC)',
    });
  });
});
