import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SOURCE_NODE_ARGS } from '@catalogue-sync/testing';

const support = (file: string): string =>
  fileURLToPath(new URL(`../../e2e/support/${file}`, import.meta.url));

interface Ready {
  type: string;
  name: string;
  healthPort: number;
  answer: number;
}

describe('runService in a process of its own', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const start = (env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, [...SOURCE_NODE_ARGS, support('sample-service.ts')], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: 'postgres://me:hush@127.0.0.1:1/db',
        NATS_URL: 'nats://127.0.0.1:1',
        HEALTH_PORT: '0',
        ...env,
      },
    });
    children.push(child);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    // 'close' never comes for a child whose IPC channel this side has closed.
    const ended = Promise.all([once(child, 'exit'), once(child.stdout!, 'end')]).then(
      ([[code]]) => code as number | null,
    );
    const ready = Promise.race([
      once(child, 'message').then(([message]) => message as Ready),
      ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${output}`))),
    ]);
    ready.catch(() => undefined);
    return { child, ready, ended, output: () => output };
  };
  const steps = (output: string): string[] =>
    [...output.matchAll(/step [a-z ]+/g)].map(([step]) => step.trim().replace(/^step /, ''));

  it('starts in order, tells that it is ready, answers health, and drains in order on SIGTERM, once', async () => {
    const service = start();
    const ready = await service.ready;
    expect(ready).toMatchObject({ type: 'ready', name: 'sample', answer: 42 });
    const health = await fetch(`http://127.0.0.1:${ready.healthPort}/health/ready`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', failing: [] }]);
    service.child.kill('SIGTERM');
    service.child.kill('SIGINT');
    expect(await service.ended).toBe(0);
    expect(steps(service.output())).toEqual([
      'setup',
      'init',
      'transport listens',
      'transport closes',
      'shutdown hook',
      'close',
    ]);
    expect(service.output()).not.toContain('hush');
  });

  it('ends when its parent is gone', async () => {
    const service = start();
    await service.ready;
    service.child.disconnect();
    expect(await service.ended).toBe(0);
    expect(steps(service.output())).toContain('close');
  });

  it('reports all configuration errors and exits with 1', async () => {
    const service = start({ DATABASE_URL: '', NATS_URL: 'hush', LEASE_TTL_MS: '1' });
    expect(await service.ended).toBe(1);
    for (const name of ['DATABASE_URL', 'NATS_URL', 'LEASE_TTL_MS'])
      expect(service.output()).toContain(`- ${name}`);
    expect(service.output()).not.toContain('hush');
  });

  it('says why it could not start, without secrets, and exits with 1', async () => {
    const service = start({ FAIL: '1' });
    expect(await service.ended).toBe(1);
    expect(service.output()).toContain('could not start');
    expect(service.output()).toContain('postgres://[redacted]@127.0.0.1:1/db');
    expect(service.output()).not.toContain('hush');
  });

  it('leaves after ten seconds when draining hangs', async () => {
    const service = start({ HANG: '1' });
    await service.ready;
    const begun = performance.now();
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(performance.now() - begun).toBeLessThan(14_000);
  });
});
