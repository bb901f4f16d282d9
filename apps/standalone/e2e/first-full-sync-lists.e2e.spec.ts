import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FULL_TOTALS, syncInFull } from './support/first-full-sync.js';
import { Simulator } from './support/simulator.js';
import { System } from './support/system.js';

describe('a first full sync of 83,183 items that come as one list', () => {
  let system: System;
  let simulator: Simulator;
  beforeAll(async () => {
    [system, simulator] = await Promise.all([System.shared(), Simulator.shared()]);
  });
  afterAll(async () => {
    await Promise.all([system?.stop(), simulator?.stop()]);
  });

  it.each(['xtream', 'm3u'] as const)('of a %s provider brings every item, once', async (protocol) => {
    const provider = await syncInFull(system, simulator, protocol);
    expect((await system.status(provider)).totals).toEqual(FULL_TOTALS);
  });
});
