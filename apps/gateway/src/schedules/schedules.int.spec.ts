import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, REQUEST, type Schedule } from '@catalogue-sync/contracts';
import { startNats, startPostgres, type TestNats, type TestPostgres } from '@catalogue-sync/testing';
import { fetch, startGateway, type GatewayUnderTest } from '../../fixtures/gateway-under-test.js';
import { sampleProvider } from '../../fixtures/sample-views.js';
import { StandInServices } from '../../fixtures/stand-in-services.js';

const ID = '018f0000-0000-4000-8000-000000000001';
const schedule: Schedule = {
  id: ID,
  cron: '0 3 * * *',
  timeZone: 'UTC',
  jitterSeconds: 0,
  mode: 'auto',
  paused: false,
  words: 'At 03:00, every day (UTC)',
  nextRunAt: '2026-11-22T03:00:00.000Z',
};

describe('schedules', () => {
  let nats: TestNats;
  let postgres: TestPostgres;
  let services: StandInServices;
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    services = await new StandInServices({
      [REQUEST.getProvider]: ({ providerId }) => {
        if (providerId !== 'p1') throw new CatalogueSyncError('provider-not-found', 'There is none.');
        return sampleProvider();
      },
      [REQUEST.listSchedules]: () => ({ schedules: [schedule] }),
      [REQUEST.createSchedule]: () => schedule,
      [REQUEST.updateSchedule]: ({ scheduleId }) => {
        if (scheduleId !== ID) throw new CatalogueSyncError('schedule-not-found', 'There is none.');
        return { ...schedule, paused: true };
      },
      [REQUEST.deleteSchedule]: ({ scheduleId }) => ({ deleted: scheduleId === ID }),
      [REQUEST.previewSchedule]: () => ({ words: schedule.words, nextRuns: ['2026-11-22T03:00:00.000Z'] }),
      [REQUEST.suggestSchedule]: () => ({ syncs: 1, changed: 0 }),
    }).start(nats.url);
    gateway = await startGateway(postgres.url, nats.url, postgres.url);
  });
  afterAll(async () => {
    await gateway.close();
    await services.close();
    await Promise.all([nats.stop(), postgres.stop()]);
  });

  const call = async (path: string, method = 'GET', body?: unknown, provider = 'p1') => {
    const answer = await fetch(`${gateway.url}/api/providers/${provider}/schedules${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      body: (text === '' ? undefined : JSON.parse(text)) as unknown,
    };
  };

  it('are listed and suggested, for a provider that is there', async () => {
    expect(await call('')).toMatchObject({ status: 200, body: { schedules: [schedule] } });
    expect((await call('/suggestion', 'GET', undefined, 'p2')).status).toBe(404);
  });

  it('are made and changed by what is given, and nothing else', async () => {
    const made = await call('', 'POST', { cron: ' 0 3 * * * ', timeZone: 'UTC' });
    expect(made).toMatchObject({
      status: 201,
      location: `/api/providers/p1/schedules/${ID}`,
      body: schedule,
    });
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', cron: '0 3 * * *', timeZone: 'UTC' });
    expect(await call(`/${ID}`, 'PATCH', { paused: true })).toMatchObject({
      status: 200,
      body: { paused: true },
    });
    expect(services.lastRequest?.request).toEqual({ providerId: 'p1', scheduleId: ID, paused: true });
  });

  it.each([
    [{}, 'cron'],
    [{ cron: '0 3 * * *', timeZone: 'Europe/Atlantis' }, 'timeZone'],
    [{ cron: '0 3 * * *', jitterSeconds: 3_601 }, 'jitterSeconds'],
    [{ cron: '0 3 * * *', mode: 'some' }, 'mode'],
    [{ cron: '0 3 * * *', paused: 'yes' }, 'paused'],
  ])('of %j are refused for %s', async (body, field) => {
    expect(await call('', 'POST', body)).toMatchObject({
      status: 400,
      body: { errors: [expect.objectContaining({ field })] },
    });
  });

  it('are previewed and suggested', async () => {
    expect(await call('/preview', 'POST', { cron: '0 3 * * *' })).toMatchObject({
      status: 200,
      body: { words: schedule.words },
    });
    expect(services.lastRequest?.request).toEqual({ cron: '0 3 * * *', timeZone: 'UTC', count: 5 });
    expect(await call('/suggestion')).toMatchObject({ status: 200, body: { syncs: 1, changed: 0 } });
  });

  it('are deleted once; one that is not there is a 404 with its code', async () => {
    expect((await call(`/${ID}`, 'DELETE')).status).toBe(204);
    const other = ID.replace(/1$/, '2');
    const missing = { status: 404, body: { code: 'schedule-not-found' } };
    expect(await call(`/${other}`, 'DELETE')).toMatchObject(missing);
    expect(await call(`/${other}`, 'PATCH', { paused: true })).toMatchObject(missing);
  });
});
