import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NoticeBody, ProviderId, Schedule, SyncJobView, SyncNotice } from '@catalogue-sync/contracts';
import { WebhookReceiver, waitFor } from '@catalogue-sync/testing';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

/** The shortest rhythm there is. */
const EVERY_MINUTE = '* * * * *';
const MINUTE_MS = 60_000;
/** A due time is at most a minute away; then come the sync and its message. */
const WITHIN_MS = 180_000;

// Real: the whole system by the clock on the wall, a panel, and a server that takes webhooks.
describe('a schedule', () => {
  let system: System;
  let simulator: Simulator;
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    [system, simulator, receiver] = await Promise.all([
      System.shared(),
      Simulator.shared(),
      WebhookReceiver.start(),
    ]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop(), receiver?.stop()]);
  });

  const jobsOf = async (provider: ProviderId): Promise<SyncJobView[]> =>
    (await system.call<{ jobs: SyncJobView[] }>('GET', `/api/providers/${provider}/sync/jobs`)).body.jobs;
  const told = (): SyncNotice[] =>
    receiver.at('/scheduled').map(({ body }: { body: NoticeBody }) => body.data as SyncNotice);

  it(
    'starts a sync at its due time, which completes and is told of once',
    async () => {
      const connections = await simulator.catalogue('scheduled', { movies: 200, series: 20, channels: 10 });
      const provider = await system.addProvider('Scheduled', connections.xtream);
      const webhook = await system.call<{ id: string; secret: string }>('POST', '/api/webhooks', {
        url: `${receiver.url}/scheduled`,
        events: ['sync.finished', 'sync.partial', 'sync.failed'],
        providerId: provider,
      });
      receiver.secrets.set('/scheduled', webhook.body.secret);
      const schedules = `/api/providers/${provider}/schedules`;
      const { status, body: schedule } = await system.call<Schedule>('POST', schedules, {
        cron: EVERY_MINUTE,
      });
      expect(status).toBe(201);
      const dueAt = Date.parse(schedule.nextRunAt ?? '');
      expect(dueAt % MINUTE_MS).toBe(0);

      await waitFor(async () => (await jobsOf(provider)).some((job) => job.finishedAt !== undefined), {
        timeoutMs: WITHIN_MS,
        everyMs: 200,
        what: 'the end of a scheduled sync',
      });
      await system.call('PATCH', `${schedules}/${schedule.id}`, { paused: true });
      const [first, ...later] = (await jobsOf(provider)).reverse();
      expect(first).toMatchObject({ state: 'completed', trigger: `schedule:${schedule.id}:${dueAt}` });
      expect(Date.parse(first?.createdAt ?? '')).toBeGreaterThanOrEqual(dueAt);
      // Where the machine was slow the next due time may have come as well.
      expect(later.length).toBeLessThanOrEqual(1);
      for (const { id } of later) await system.jobEnd(provider, id);

      // What comes behind it: by then a second message of the scheduled sync would be here.
      const byHand = await system.sync(provider);
      const jobs = (await jobsOf(provider)).reverse().map(({ id }) => id);
      expect(jobs.at(-1)).toBe(byHand.id);
      await waitFor(() => told().some(({ jobId }) => jobId === byHand.id), { what: 'the last message' });
      expect(
        told()
          .map(({ jobId }) => jobId)
          .sort(),
      ).toEqual([...jobs].sort());
      expect(told().find(({ jobId }) => jobId === first?.id)).toMatchObject({
        providerId: provider,
        outcome: 'completed',
        snapshotVersion: 1,
        counts: { movie: { added: 200 }, series: { added: 20 }, channel: { added: 10 } },
      });
      expect(receiver.at('/scheduled').every(({ signed }) => signed)).toBe(true);
    },
    WITHIN_MS,
  );
});
