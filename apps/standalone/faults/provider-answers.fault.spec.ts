import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { faultTable, ROW_TIMEOUT_MS } from './support/fault-table.js';
import { Rig } from './support/rig.js';
import { Scene, type Protocol } from './support/scene.js';

jest.setTimeout(ROW_TIMEOUT_MS);

/** What a provider does wrong, as a rule of the simulator. */
interface WrongAnswer {
  name: string;
  protocol: Protocol;
  profile?: 'genuine' | 'panel';
  fault: string;
  rule: { match?: object; times?: number; effect: { type: string } & Record<string, unknown> };
}

const LIST = { action: 'get_ordered_list' };

/** Faults that pass: the sync must get over them. */
const PASSING: readonly WrongAnswer[] = [
  {
    name: 'a portal fails three times with 502',
    protocol: 'stalker',
    fault: 'HTTP 502 on three list pages',
    rule: { match: { ...LIST, probability: 0.05 }, times: 3, effect: { type: 'status', code: 502 } },
  },
  {
    name: 'a portal asks for fewer requests',
    protocol: 'stalker',
    fault: 'HTTP 429 with Retry-After: 1 on three list pages',
    rule: {
      match: { ...LIST, probability: 0.05 },
      times: 3,
      effect: { type: 'rate-limit', retryAfter: '1' },
    },
  },
  {
    name: 'a portal resets connections',
    protocol: 'stalker',
    fault: 'three reset connections',
    rule: { match: { ...LIST, probability: 0.05 }, times: 3, effect: { type: 'reset' } },
  },
  {
    name: 'a portal does not answer for once',
    protocol: 'stalker',
    fault: 'one request without any answer (idle timeout 2 s)',
    rule: { match: { ...LIST, nth: 9 }, effect: { type: 'timeout' } },
  },
  {
    name: 'a portal ends the session in the middle of a walk',
    protocol: 'stalker',
    fault: 'the session is lost at the 40th list page',
    rule: { match: { ...LIST, nth: 40 }, effect: { type: 'session-lost' } },
  },
  {
    name: 'a panel that speaks Stalker ends the session in the middle of a walk',
    protocol: 'stalker',
    profile: 'panel',
    fault: 'the session is lost at the 40th list page',
    rule: { match: { ...LIST, nth: 40 }, effect: { type: 'session-lost' } },
  },
  {
    name: 'a portal cuts an answer',
    protocol: 'stalker',
    fault: 'a list page breaks off after 2,000 bytes',
    rule: { match: { ...LIST, nth: 12 }, effect: { type: 'cut', afterBytes: 2000 } },
  },
  {
    name: 'a portal’s answers come late',
    protocol: 'stalker',
    fault: 'every tenth list page takes 400 ms',
    rule: { match: { ...LIST, probability: 0.1 }, effect: { type: 'delay', ms: 400 } },
  },
  {
    name: 'a panel’s list breaks off',
    protocol: 'xtream',
    fault: 'the list of movies breaks off after 400,000 bytes, once',
    rule: { match: { action: 'get_vod_streams', nth: 1 }, effect: { type: 'cut', afterBytes: 400_000 } },
  },
  {
    name: 'a panel’s list drips',
    protocol: 'xtream',
    fault: 'the list of movies comes at 500,000 bytes a second',
    rule: { match: { action: 'get_vod_streams' }, effect: { type: 'drip', bytesPerSecond: 500_000 } },
  },
  {
    name: 'a playlist breaks off',
    protocol: 'm3u',
    fault: 'the playlist breaks off after 300,000 bytes, once',
    rule: { match: { nth: 1 }, effect: { type: 'cut', afterBytes: 300_000 } },
  },
];

/** Faults that stay for the whole sync: it must not believe them. */
const LASTING: readonly WrongAnswer[] = [
  {
    name: 'a portal’s page 40 always fails',
    protocol: 'stalker',
    fault: 'HTTP 500 on page 40 of every list',
    rule: { match: { ...LIST, page: 40 }, effect: { type: 'status', code: 500 } },
  },
  {
    name: 'a portal’s page is an HTML challenge',
    protocol: 'stalker',
    fault: 'HTML at HTTP 200 on page 30 of every list',
    rule: { match: { ...LIST, page: 30 }, effect: { type: 'html' } },
  },
  {
    name: 'a portal’s page has no body',
    protocol: 'stalker',
    fault: 'an empty body at HTTP 200 on page 30 of every list',
    rule: { match: { ...LIST, page: 30 }, effect: { type: 'empty' } },
  },
  {
    name: 'a portal’s page is an empty array',
    protocol: 'stalker',
    fault: '`[]` on page 30 of every list',
    rule: { match: { ...LIST, page: 30 }, effect: { type: 'empty-list' } },
  },
  {
    name: 'a portal’s page is {"js":false}',
    protocol: 'stalker',
    fault: '`{"js":false}` on page 30 of every list',
    rule: { match: { ...LIST, page: 30 }, effect: { type: 'text', body: '{"js":false}' } },
  },
  {
    name: 'a portal blocks everything',
    protocol: 'stalker',
    fault: 'the text `Blocked` at HTTP 200 on every request',
    rule: { effect: { type: 'text', body: 'Blocked' } },
  },
  {
    name: 'a panel refuses the login',
    protocol: 'xtream',
    fault: 'the account’s answer is a refusal',
    rule: { match: { action: 'account' }, effect: { type: 'session-lost' } },
  },
  {
    name: 'a panel’s list fails',
    protocol: 'xtream',
    fault: 'HTTP 884 on the list of movies',
    rule: { match: { action: 'get_vod_streams' }, effect: { type: 'status', code: 884 } },
  },
  {
    name: 'a panel’s list ends too early as if it were whole',
    protocol: 'xtream',
    fault: 'the list of movies ends after 300,000 bytes, without an error',
    rule: { match: { action: 'get_vod_streams' }, effect: { type: 'cut', afterBytes: 300_000, clean: true } },
  },
  {
    name: 'a panel’s list is HTML',
    protocol: 'xtream',
    fault: 'HTML at HTTP 200 for the list of series',
    rule: { match: { action: 'get_series' }, effect: { type: 'html' } },
  },
  {
    name: 'a playlist is HTML',
    protocol: 'm3u',
    fault: 'HTML at HTTP 200',
    rule: { effect: { type: 'html' } },
  },
  {
    name: 'a playlist has no body',
    protocol: 'm3u',
    fault: 'an empty body at HTTP 200',
    rule: { effect: { type: 'empty' } },
  },
];

const SIZE = { movies: 900, series: 120, channels: 90 } as const;
let rig: Rig;
beforeAll(async () => {
  // Rows run beside each other: none waits for the others' providers, some of which are slow on purpose.
  rig = await Rig.start({ env: { MAX_CONCURRENT_SYNCS: '8' } });
}, 120_000);
afterAll(() => rig?.stop(), 60_000);

/** A provider after its first sync and with a day to be synced, at which the fault begins. */
async function hurt(
  { protocol, profile = 'genuine', rule }: WrongAnswer,
  day: Parameters<Scene['tomorrow']>[0] = {},
): Promise<Scene> {
  const scene = await Scene.open(rig, protocol, { ...SIZE, profile }, { idleTimeoutMs: 2_000 });
  await scene.firstSync();
  await scene.tomorrow(day);
  await scene.providerFault(rule);
  return scene;
}

describe('a provider’s passing faults', () => {
  const row = faultTable('a provider’s passing faults');
  for (const answer of PASSING) {
    it.concurrent(`${row({
      name: answer.name,
      fault: answer.fault,
      expected: 'the job completes; exactly the day’s events; the oracle',
    })}`, async () => {
      const scene = await hurt(answer);
      const job = await scene.sync();
      expect([job.state, job.reason]).toEqual(['completed', undefined]);
      expect(await scene.providerFaultHits()).toBeGreaterThan(0);
      await scene.restExactly();
      await scene.close();
    });
  }
});

describe('a provider’s lasting faults', () => {
  const row = faultTable('a provider’s lasting faults');
  for (const answer of LASTING) {
    it.concurrent(`${row({
      name: answer.name,
      fault: answer.fault,
      expected:
        'the job does not complete and says why; what the scope lists is not removed; when the fault is gone a sync heals all; the oracle',
    })}`, async () => {
      // A run that is not complete adds categories and takes none away: a moved item would change twice.
      const scene = await hurt(answer, { move: 0 });
      const job = await scene.sync();
      expect(['partial', 'failed']).toContain(job.state);
      expect(job.reason).toMatch(/\w+/);
      expect(await scene.providerFaultHits()).toBeGreaterThan(0);
      await scene.rest();
      await scene.clearProviderFaults();
      expect((await scene.sync()).state).toBe('completed');
      await scene.restExactly();
      await scene.close();
    });
  }
});
