import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { REQUEST, providerId } from '@catalogue-sync/contracts';
import { loadConfig } from '@catalogue-sync/hosting';
import { waitFor } from '@catalogue-sync/testing';
import { DAY_MS, SchedulerBench } from '../../e2e/support/scheduler-bench.js';
import { SchedulerConfig } from '../scheduler.config.js';
import { SchedulerModule } from '../scheduler.module.js';
import { connectTransports } from '../transports.js';

jest.setTimeout(60_000);

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
}, 60_000);
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
    const { nextRuns } = await ask('0 3 * * *');
    expect(nextRuns.map((run) => run.slice(11, 16))).toEqual(['03:00', '03:00', '03:00']);
    await expect(ask('whenever')).rejects.toMatchObject({ code: 'invalid-request', field: 'cron' });
    await expect(
      bench.requests.send(REQUEST.createSchedule, { providerId: provider, cron: '0 3 30 2 *' }),
    ).rejects.toMatchObject({ code: 'invalid-request', field: 'cron' });
  });
});
