import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderId } from '@catalogue-sync/contracts';
import { expectAgreement, type AtRest } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

const cli = join(import.meta.dirname, '..', '..', 'cli', 'bin', 'catalogue-sync.mjs');

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line as a user types it. */
async function catalogueSync(...args: string[]): Promise<Run> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [cli, ...args])) };
  } catch (error) {
    return error as Run;
  }
}

describe('a backup', () => {
  // Postgres may run as another account, which must be able to pass through.
  const folder = mkdtempSync(join(tmpdir(), 'catalogue-sync-backup-'));
  const original = join(folder, 'original');
  const restored = join(folder, 'restored');
  const file = join(folder, 'backup.tar.gz');
  let simulator: Simulator;
  let system: System;
  let atRest: ProviderId;
  let syncing: ProviderId;
  let before: AtRest;

  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.start({ dataDirectory: original }), Simulator.start()]);
    const small = await simulator.catalogue('small', { movies: 800, series: 100, channels: 50 });
    atRest = await system.addProvider('At rest', small.xtream);
    await system.sync(atRest);
    before = await expectAgreement(system, atRest);
    const large = await simulator.catalogue('large', { movies: 2000, series: 200, channels: 100 });
    // Minutes long, so that it is under way while the backup is made.
    syncing = await system.addProvider('Syncing', large.stalker, { requestsPerSecond: 1 });
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made while the system works, and restored as it was at one moment', async () => {
    const { job } = await system.startSync(syncing);
    const made = await catalogueSync('backup', '--data-dir', original, '--to', file, '--json');
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ providers: 2, file });
    expect((await system.status(syncing)).activeJob?.id).toBe(job.id);

    // What happens behind it is not in it.
    await simulator.tomorrow('small', { add: 20, edit: 10, remove: 5, move: 0 });
    await system.sync(atRest);
    await system.stop();

    const done = await catalogueSync('restore', file, '--to', restored);
    expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: '' });
    system = await System.start({ dataDirectory: restored });

    // JetStream begins empty, and holds the same events in the end: the oracle reads it too.
    expect(await expectAgreement(system, atRest)).toEqual(before);
    // The pages that were under way were in JetStream only: this sync is given up, and another one brings all of it.
    await system.call('DELETE', `/api/providers/${syncing}/sync`);
    await system.jobEnd(syncing, job.id);
    await system.call('PATCH', `/api/providers/${syncing}`, { settings: { requestsPerSecond: 100_000 } });
    expect(await system.sync(syncing)).toMatchObject({ state: 'completed' });
    expect((await expectAgreement(system, syncing)).ids).toEqual(await simulator.expectedIds('large'));

    await system.sync(atRest);
    expect((await expectAgreement(system, atRest)).ids).toEqual(await simulator.expectedIds('small'));
  });

  it('is refused where it would overwrite something, or is damaged, and leaves nothing then', async () => {
    const over = await catalogueSync('restore', file, '--to', original);
    expect(over).toMatchObject({ code: 1, stderr: expect.stringMatching(/is not empty/) });

    const bytes = readFileSync(file);
    const cut = join(folder, 'cut.tar.gz');
    writeFileSync(cut, bytes.subarray(0, bytes.length - 1000));
    const target = join(folder, 'of-a-cut-one');
    const broken = await catalogueSync('restore', cut, '--to', target);
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringMatching(/damaged/) });
    expect(existsSync(target) || existsSync(`${target}.restoring`)).toBe(false);
  });
});
