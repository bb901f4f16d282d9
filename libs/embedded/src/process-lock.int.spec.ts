import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSourceProcess, type SourceProcess } from '@catalogue-sync/testing';
import { processStart } from './process-identity.js';
import { ProcessLock } from './process-lock.js';

const refusal = (pid: number) => `held by ${pid}`;
const HOLDER = `
import { ProcessLock } from '@catalogue-sync/embedded';
try {
  ProcessLock.acquire(process.argv[1], (pid) => 'held by ' + pid);
  console.log('mine');
} catch (error) {
  console.log(error.message);
}
setInterval(() => {}, 1000);`;

describe('ProcessLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'process-lock-'));
    file = join(folder, 'owner.lock');
  });
  const holders: SourceProcess[] = [];
  afterEach(async () => {
    for (const { child } of holders) child.kill('SIGKILL');
    await Promise.all(holders.splice(0).map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });
  const startHolder = () => {
    const holder = startSourceProcess(HOLDER, { args: [file] });
    holders.push(holder);
    return holder;
  };

  it('is refused while its owner runs, with the pid, and free after the owner was killed', async () => {
    const owner = startHolder();
    expect(await owner.nextLine()).toBe('mine');
    expect(() => ProcessLock.acquire(file, refusal)).toThrow(`held by ${owner.pid}`);
    owner.child.kill('SIGKILL');
    await owner.ended;
    ProcessLock.acquire(file, refusal).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not held by another process that was given the pid of a dead owner', () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'another boot:1' }));
    expect(() => ProcessLock.acquire(file, refusal).release()).not.toThrow();
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: processStart(process.pid) }));
    expect(() => ProcessLock.acquire(file, refusal)).toThrow(`held by ${process.pid}`);
  });

  it('is taken over when its file is damaged', () => {
    writeFileSync(file, '{"pid":');
    expect(() => ProcessLock.acquire(file, refusal).release()).not.toThrow();
  });

  it('has one winner when several find a stale one at once', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'another boot:1' }));
    const starters = Array.from({ length: 5 }, startHolder);
    const answers = await Promise.all(starters.map((starter) => starter.nextLine()));
    expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1);
  });

  it('leaves the lock of a later owner alone on release', () => {
    const lock = ProcessLock.acquire(file, refusal);
    writeFileSync(file, 'of another');
    lock.release();
    expect(readdirSync(folder)).toEqual(['owner.lock']);
  });
});
