import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { GatewayModule } from '../gateway.module.js';
import { createFastifyAdapter } from '../http/fastify.js';
import { configureHttpEdge } from '../http/http-edge.js';

// Real: HTTP and files. Away: the database and NATS, which pages do not need.
let folder: string;
let app: NestFastifyApplication;
let url: string;

async function start(dashboardDir: string): Promise<NestFastifyApplication> {
  const started = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.forOptions({
      databaseUrl: 'postgres://127.0.0.1:1/none',
      ownDatabaseUrl: 'postgres://127.0.0.1:1/none',
      natsUrl: 'nats://127.0.0.1:1',
      replicaName: 'pages',
      snapshotCacheBytes: 0,
      dashboardDir,
    }),
    createFastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  configureHttpEdge(started);
  await started.listen(0, '127.0.0.1');
  return started;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-pages-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>the dashboard</title>');
  writeFileSync(join(folder, 'assets', 'main-a1b2.js'), 'export {};');
  app = await start(folder);
  url = await app.getUrl();
}, 60_000);
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const HTML = { headers: { accept: 'text/html,*/*;q=0.8' } };

it.each(['/', '/providers/p1/history?state=failed', '/login?token=x'])(
  'answers %s with its index',
  async (path) => {
    const answer = await fetch(url + path, HTML);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('the dashboard');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toMatch(
      /img-src 'self' data: http: https:.*script-src 'self'/,
    );
  },
);

it('serves hashed files for ever', async () => {
  const answer = await fetch(`${url}/assets/main-a1b2.js`);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('content-type')).toMatch(/javascript/);
});

it.each(['/api/nothing', '/health/nothing', '/assets/main-old.js', '/metrics/nothing'])(
  'tells a mistake at %s as one, whoever asks',
  async (path) => {
    const answer = await fetch(url + path, HTML);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ status: 404, instance: path });
  },
);

it('answers a program that asks for no page with a problem', async () => {
  expect((await fetch(`${url}/providers`, { headers: { accept: 'application/json' } })).status).toBe(404);
  expect((await fetch(`${url}/providers`, { ...HTML, method: 'POST' })).status).toBe(404);
});

it('does without its files', async () => {
  const bare = await start(join(folder, 'none'));
  expect((await fetch(`${await bare.getUrl()}/`, HTML)).status).toBe(404);
  expect((await fetch(`${await bare.getUrl()}/health/live`)).status).toBe(200);
  await bare.close();
});
