import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAgreement } from './support/oracle.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

describe('providers side by side', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it('sync at once and do not mix, although their ids are the same', async () => {
    const size = { movies: 4000, series: 300, channels: 200 };
    const [a, b] = await Promise.all([
      simulator.catalogue('sidea', size),
      simulator.catalogue('sideb', { ...size, movies: 3000 }),
    ]);
    const [one, two] = await Promise.all([
      system.addProvider('Side A', a.xtream),
      system.addProvider('Side B', b.stalker),
    ]);
    const jobs = await Promise.all([system.sync(one), system.sync(two)]);
    expect(jobs.map((job) => job.state)).toEqual(['completed', 'completed']);
    expect((await expectAgreement(system, one)).ids).toEqual(await simulator.expectedIds('sidea'));
    expect((await expectAgreement(system, two)).ids).toEqual(await simulator.expectedIds('sideb'));
  });

  it('start one job however often they are asked to', async () => {
    const connections = await simulator.catalogue('double', { movies: 2000, series: 100, channels: 50 });
    const provider = await system.addProvider('Double', connections.stalker);
    const starts = await Promise.all(Array.from({ length: 8 }, () => system.startSync(provider)));
    expect(new Set(starts.map((start) => start.job.id)).size).toBe(1);
    expect(starts.filter((start) => start.status === 202)).toHaveLength(1);
    expect(starts.filter((start) => start.status === 200)).toHaveLength(7);
    const job = starts[0]?.job;
    if (!job) throw new Error('no job');
    expect((await system.jobEnd(provider, job.id)).state).toBe('completed');
    const { body } = await system.call<{ jobs: unknown[] }>('GET', `/api/providers/${provider}/sync/jobs`);
    expect(body.jobs).toHaveLength(1);
    await expectAgreement(system, provider);
  });
});
