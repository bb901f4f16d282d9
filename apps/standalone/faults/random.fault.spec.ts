import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SyncMode } from '@catalogue-sync/contracts';
import { wreakHavoc } from './support/chaos.js';
import { faultTable } from './support/fault-table.js';
import { Rig } from './support/rig.js';
import { Scene } from './support/scene.js';
import { SeededChoice } from './support/seeded-choice.js';

/** How long and with which seed: `npm run test:faults -- --random --seconds 60 --seed 7`. */
const SECONDS = Number(process.env['FAULTS_SECONDS'] ?? '25');
/** In the table: one at random, and 3, under which a service once did not come back in time. */
const SEEDS = process.env['FAULTS_SEED'] === undefined ? [20261121, 3] : [Number(process.env['FAULTS_SEED'])];
/** The mode in which each protocol sees all that a day changes, and reads no more than it must. */
const MODES = { stalker: 'full', xtream: 'list', m3u: 'full' } as const;
const PROTOCOLS = ['stalker', 'xtream', 'm3u'] as const;

describe('random', () => {
  const row = faultTable('random');
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.start();
  }, 120_000);
  afterAll(() => rig?.stop(), 60_000);

  for (const seed of SEEDS) {
    it(
      `${row({
        name: `random days, kills and freezes, seed ${seed}`,
        fault: `for ${SECONDS} s: random catalogues of all protocols, random days, kill -9 and SIGSTOP of random services and servers`,
        expected:
          'every job ends; at every rest point the oracle, and a sync left alone completes with exactly what is listed',
      })}`,
      async () => {
        const choice = new SeededChoice(seed);
        const log: string[] = [];
        try {
          await days(rig, choice, log);
        } catch (error) {
          throw new Error(`${(error as Error).message}\nseed ${seed}, so far: ${log.join('; ')}`, {
            cause: error,
          });
        }
        expect(log.filter((line) => /^(kill|freeze) /.test(line)).length).toBeGreaterThan(0);
      },
      SECONDS * 1_000 + 180_000,
    );
  }
});

/** Days at several providers until the time is up: churn, syncs under fire, a sync in peace, the oracle. */
async function days(rig: Rig, choice: SeededChoice, log: string[]): Promise<void> {
  const until = performance.now() + SECONDS * 1_000;
  const scenes: { scene: Scene; mode: SyncMode }[] = [];
  for (const protocol of PROTOCOLS) {
    const size = {
      movies: choice.between(50, 1500),
      series: choice.between(0, 200),
      channels: choice.between(0, 200),
      profile: choice.of(['genuine', 'panel'] as const),
    };
    scenes.push({ scene: await Scene.open(rig, protocol, size), mode: MODES[protocol] });
  }
  for (let day = 1; performance.now() < until; day += 1) {
    const fire = new AbortController();
    const havoc = wreakHavoc(rig, choice, fire.signal);
    try {
      const jobs = await Promise.all(
        scenes.map(async ({ scene, mode }) => ({ scene, job: await scene.start(mode) })),
      );
      const ends = await Promise.all(jobs.map(({ scene, job }) => scene.end(job)));
      log.push(`day ${day}: ${ends.map((end) => end.state).join(', ')}`);
    } finally {
      fire.abort();
      log.push(...(await havoc));
    }
    for (const { scene, mode } of scenes) {
      await scene.rest();
      expect((await scene.sync(mode)).state).toBe('completed');
      const { ids } = await scene.rest();
      expect(ids).toEqual(await scene.liveIds());
      await scene.tomorrow({
        add: choice.between(0, 40),
        edit: choice.between(0, 8),
        move: choice.between(0, 4),
        remove: choice.between(0, 4),
      });
    }
  }
  await Promise.all(scenes.map(({ scene }) => scene.close()));
}
