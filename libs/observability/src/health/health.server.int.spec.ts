import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metrics } from '../metrics/metrics.js';
import { HealthServer } from './health.server.js';

describe('HealthServer', () => {
  let server: HealthServer;
  let base: string;

  beforeEach(async () => {
    server = new HealthServer({ port: 0 });
    base = `http://127.0.0.1:${await server.start()}`;
  });
  afterEach(() => server.stop());

  const get = async (path: string) => {
    const response = await fetch(base + path);
    return { status: response.status, body: await response.text() };
  };

  it('is live from the start, and ready when it is told and every check agrees', async () => {
    expect(await get('/health/live')).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect((await get('/health/ready')).status).toBe(503);
    let database: () => boolean = () => true;
    server.addCheck('database', () => database()).addCheck('nats', () => Promise.resolve(true));
    server.setReady(true);
    expect(await get('/health/ready')).toEqual({ status: 200, body: '{"status":"ok","failing":[]}' });
    database = () => {
      throw new Error('away');
    };
    expect(await get('/health/ready')).toEqual({
      status: 503,
      body: '{"status":"unavailable","failing":["database"]}',
    });
  });

  it('does not wait for a check that hangs', async () => {
    server.addCheck('slow', () => new Promise<boolean>(() => undefined));
    server.setReady(true);
    expect((await get('/health/ready')).body).toContain('slow');
  });

  it('shows metrics, each name once however often it is asked for', async () => {
    metrics.collectDefaults('test');
    metrics.counter('things_total', 'Things', ['kind']).inc({ kind: 'a' });
    metrics.counter('things_total', 'Things', ['kind']).inc({ kind: 'a' });
    metrics.gauge('level', 'Level').set(3);
    metrics.histogram('took_seconds', 'Took').observe(0.02);
    const { body } = await get('/metrics');
    expect(body).toContain('catalogue_sync_things_total{kind="a",service="test"} 2');
    expect(body).toContain('catalogue_sync_level{service="test"} 3');
    expect(body).toContain('catalogue_sync_took_seconds_bucket{le="0.05",service="test"} 1');
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('knows no other path', async () => {
    expect((await get('/etc/passwd')).status).toBe(404);
  });
});
