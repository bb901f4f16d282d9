import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSourceProcess, waitFor } from '@catalogue-sync/testing';
import { ServiceProcess, type ServiceHooks } from './service-process.js';

const policy = { firstDelayMs: 20, longestDelayMs: 40, attempts: 3, healthyAfterMs: 60_000 };
const UP = `process.send({ type: 'ready', url: 'http://x' }); setInterval(() => {}, 1000);`;
const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('ServiceProcess', () => {
  let folder: string;
  let events: string[];
  let services: ServiceProcess[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-process-'));
    events = [];
    services = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const hooks: ServiceHooks = {
    started: (service, _, again) => void events.push(`${again ? 'again' : 'started'} ${service.pid}`),
    died: (_, reason, againInMs) => void events.push(`died ${reason} ${againInMs}`),
    gaveUp: (_, error) => void events.push(`gave up ${error.message.split('\n')[0]}`),
  };
  const serviceOf = (script: string, env: NodeJS.ProcessEnv = {}, niceness = 0) => {
    const entry = join(folder, 'main.mjs');
    writeFileSync(entry, script);
    const spec = { name: 'fake', replica: 1, entry, env, logFile: join(folder, 'fake.log'), niceness };
    const service = new ServiceProcess(spec, hooks, policy);
    services.push(service);
    return service;
  };

  it('is up when it says so, with our environment only, and writes to its log', async () => {
    const service = serviceOf(`console.log('hello ' + process.env.NAME + ' ' + process.env.HOME); ${UP}`, {
      NAME: 'fake',
    });
    expect(await service.start()).toEqual({ type: 'ready', url: 'http://x' });
    expect(events).toEqual([`started ${service.pid}`]);
    expect(readFileSync(join(folder, 'fake.log'), 'utf8')).toBe('hello fake undefined\n');
  });

  it('is started again when it dies, and not when it was told to end', async () => {
    const service = serviceOf(UP);
    await service.start();
    const first = service.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await waitFor(() => events.length === 3);
    expect(events.slice(1)).toEqual(['died SIGKILL 20', `again ${service.pid}`]);
    expect(service.pid).not.toBe(first);
    await service.stop();
    expect(service.pid).toBeUndefined();
    expect(events).toHaveLength(3);
  });

  it('says why it did not start, with the last lines of its log', async () => {
    const service = serviceOf(`console.error('DATABASE_URL must be set'); process.exit(3);`);
    await expect(service.start()).rejects.toThrow(
      /^fake did not start \(code 3\)\.\nThe last lines of .*fake\.log:\nDATABASE_URL must be set$/,
    );
  });

  it('says that it is not built', async () => {
    const service = serviceOf(UP);
    rmSync(join(folder, 'main.mjs'));
    await expect(service.start()).rejects.toThrow(/fake is not built: .*Run "npm run build"/);
  });

  it('gives up on what dies again and again', async () => {
    const service = serviceOf(`process.send({ type: 'ready' }); setTimeout(() => process.exit(1), 5);`);
    await service.start();
    await waitFor(() => events.at(-1)?.startsWith('gave up'));
    expect(events.filter((event) => event.startsWith('died'))).toEqual([
      'died code 1 20',
      'died code 1 40',
      'died code 1 40',
    ]);
  });

  it('gives way to others as far as it was told to, alone and as a group', async () => {
    const polite = serviceOf(UP, {}, 7);
    const second = serviceOf(UP, {}, 3);
    const usual = serviceOf(UP);
    await Promise.all([polite.start(), second.start(), usual.start()]);
    expect([polite, second, usual].map(({ pid = 0 }) => getPriority(pid))).toEqual([7, 3, 0]);
    const groupOf = ({ pid }: ServiceProcess) => `/proc/${pid}/autogroup`;
    if (!existsSync(groupOf(polite))) return;
    const group = (service: ServiceProcess) => readFileSync(groupOf(service), 'utf8').trim();
    await waitFor(() => group(second).endsWith('nice 3') && group(polite).endsWith('nice 7'));
    expect(group(usual)).toMatch(/nice 0$/);
  });

  it('waits for an orderly end', async () => {
    const service = serviceOf(
      `process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(0); }, 100)); ${UP}`,
    );
    await service.start();
    await service.stop();
    expect(readFileSync(join(folder, 'fake.log'), 'utf8')).toBe('drained\n');
  });

  it('is not reached by a signal to our process group, and ends by itself when we are killed', async () => {
    const entry = join(folder, 'main.mjs');
    writeFileSync(
      entry,
      `process.on('disconnect', () => process.exit(0)); process.on('SIGINT', () => process.exit(9)); ${UP}`,
    );
    const parent = startSourceProcess(
      `
import { ServiceProcess } from '${join(import.meta.dirname, 'service-process.ts')}';
const hooks = { started() {}, died() {}, gaveUp() {} };
const spec = { name: 'fake', replica: 1, entry: '${entry}', env: {}, logFile: '${folder}/fake.log' };
const service = new ServiceProcess(spec, hooks);
await service.start();
console.log(service.pid);`,
    );
    const pid = Number(await parent.nextLine());
    const group = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2]);
    expect(group).toBe(pid);
    parent.child.kill('SIGKILL');
    await waitFor(() => !isRunning(pid), { what: 'the service to follow its parent' });
  });
});
