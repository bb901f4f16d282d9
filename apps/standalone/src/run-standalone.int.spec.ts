import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startSourceProcess, waitFor, type SourceProcess } from '@catalogue-sync/testing';
import pg from 'pg';
import type { StandaloneEvent } from './events.js';

/** In place of every service: says that it is up, and drains on SIGTERM. */
const FAKE_SERVICE = `
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready', url: 'http://127.0.0.1:' + (process.env.PORT ?? 1) });
setInterval(() => {}, 1000);`;

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

// Real servers on real disks, several starts a test: slow where the machine is busy.
jest.setTimeout(120_000);

describe('standalone', () => {
  let folder: string;
  const started: SourceProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'standalone-'));
    writeFileSync(join(folder, 'fake.mjs'), FAKE_SERVICE);
  });
  afterEach(async () => {
    for (const { child } of started) child.kill('SIGTERM');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });

  const standalone = (...args: string[]) => {
    const running = startSourceProcess(
      `
import { parseCommandLine } from '${join(import.meta.dirname, 'cli-options.ts')}';
import { StopRequest } from '${join(import.meta.dirname, 'process', 'stop-request.ts')}';
import { runStandalone } from '${join(import.meta.dirname, 'run-standalone.ts')}';
import { JsonReporter } from '${join(import.meta.dirname, 'terminal', 'json-reporter.ts')}';
const entry = '${join(folder, 'fake.mjs')}';
const names = ['provider-simulator', 'reconciler', 'snapshot', 'fetcher', 'scheduler', 'notifier', 'gateway'];
const code = await runStandalone(parseCommandLine(process.argv.slice(1), { project: '${folder}', typedIn: '/' }).options, {
  entries: Object.fromEntries(names.map((name) => [name, entry])),
  reporter: new JsonReporter((text) => process.stdout.write(text)),
  stop: new StopRequest(() => process.exit(130)).listen(),
});
process.exit(code);`,
      { args: ['--no-demo', '--port', '0', ...args] },
    );
    started.push(running);
    return running;
  };
  const next = async <Name extends StandaloneEvent['event']>(running: SourceProcess, name: Name) => {
    for (;;) {
      const event = JSON.parse(await running.nextLine()) as StandaloneEvent;
      if (event.event === name) return event as Extract<StandaloneEvent, { event: Name }>;
      if (event.event === 'failed') throw new Error(event.message);
    }
  };
  const rest = async (running: SourceProcess) => {
    const events: StandaloneEvent[] = [];
    for (;;) {
      const line = await running.nextLine().catch(() => undefined);
      if (line === undefined) return events;
      events.push(JSON.parse(line) as StandaloneEvent);
    }
  };

  it('starts everything, restarts what dies, and stops in order on one Ctrl-C that arrives twice', async () => {
    const running = standalone('--replicas', '2');
    const ready = await next(running, 'ready');
    expect(Object.entries(ready.pids).map(([name, pids]) => [name, pids.length])).toEqual([
      ['gateway', 2],
      ['scheduler', 2],
      ['fetcher', 2],
      ['reconciler', 2],
      ['snapshot', 2],
      ['notifier', 2],
      ['nats', 1],
      ['postgres', 1],
    ]);
    const niceness = (pids: readonly number[] = []) => pids.map((pid) => getPriority(pid));
    expect([ready.pids.fetcher, ready.pids.reconciler].map(niceness)).toEqual([
      [0, 0],
      [10, 10],
    ]);
    const [victim = 0] = ready.pids.fetcher ?? [];
    process.kill(victim, 'SIGKILL');
    expect(await next(running, 'ended')).toMatchObject({ name: 'fetcher', replica: 1, reason: 'SIGKILL' });
    expect(await next(running, 'started')).toMatchObject({ name: 'fetcher', again: true });

    // Two different ones: the kernel would make one of two pending SIGINTs.
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    const events = await rest(running);
    const stopped = events.filter((event) => event.event === 'stopped').map(({ name }) => name);
    expect(stopped).toEqual([
      'gateway',
      'scheduler',
      'fetcher',
      'reconciler',
      'snapshot',
      'notifier',
      'nats',
      'postgres',
    ]);
    expect(await running.ended).toBe(0);
    for (const pid of Object.values(ready.pids).flat()) expect(isRunning(pid)).toBe(false);
  });

  it('gives each service a role that owns its schema and no other, and the gateway one more that only reads', async () => {
    const { postgres } = await next(standalone(), 'ready');
    const client = new pg.Client({ connectionString: postgres });
    await client.connect();
    const { rows } = await client.query(
      `SELECT rolname AS name, has_database_privilege(rolname, 'catalogue_sync', 'CREATE') AS creates, rolsuper AS super
       FROM pg_roles WHERE rolcanlogin AND rolname LIKE 'catalogue\\_%' AND rolname <> 'catalogue_admin' ORDER BY 1`,
    );
    await client.end();
    expect(rows).toEqual([
      { name: 'catalogue_fetcher', creates: true, super: false },
      { name: 'catalogue_gateway', creates: true, super: false },
      { name: 'catalogue_notifier', creates: true, super: false },
      { name: 'catalogue_reader', creates: false, super: false },
      { name: 'catalogue_reconciler', creates: true, super: false },
      { name: 'catalogue_scheduler', creates: true, super: false },
      { name: 'catalogue_snapshot', creates: true, super: false },
    ]);
  });

  it('refuses a second start on the same directory, and starts again after the first was killed', async () => {
    const first = standalone();
    const { pids } = await next(first, 'ready');
    const second = standalone();
    await expect(next(second, 'ready')).rejects.toThrow(`already runs on ${folder}/.data (pid ${first.pid})`);
    expect(await second.ended).toBe(1);

    first.child.kill('SIGKILL');
    await first.ended;
    await next(standalone(), 'ready');
    await waitFor(
      () =>
        Object.values(pids)
          .flat()
          .every((pid) => !isRunning(pid)),
      {
        what: 'the processes of the killed one to end',
      },
    );
  });

  it('recovers after every process of it was killed', async () => {
    const first = standalone();
    const { pids } = await next(first, 'ready');
    // The services end by themselves when the first process is gone, so it is killed last.
    for (const pid of [...Object.values(pids).flat(), first.pid]) process.kill(pid, 'SIGKILL');
    await first.ended;
    const again = await next(standalone(), 'ready');
    expect(Object.values(again.pids).flat().every(isRunning)).toBe(true);
  });

  it('ends with the last lines of a service that cannot start', async () => {
    writeFileSync(join(folder, 'fake.mjs'), `console.error('no such table'); process.exit(1);`);
    const running = standalone();
    await expect(next(running, 'ready')).rejects.toThrow(/did not start \(code 1\)[\s\S]*no such table/);
    expect(await running.ended).toBe(1);
  });

  it('stops in order while it is still starting', async () => {
    writeFileSync(join(folder, 'fake.mjs'), 'setInterval(() => {}, 1000);');
    const running = standalone();
    await next(running, 'started');
    running.child.kill('SIGTERM');
    const events = await rest(running);
    expect(events.map(({ event }) => event)).not.toContain('failed');
    expect(await running.ended).toBe(0);
  });
});
