import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, SimulatorFixture, type RawAnswer } from '../simulator.fixture.js';
import { StalkerBox } from '../stalker/stalker-client.fixture.js';
import type { FaultRequest } from './fault-rule.js';

const LOGIN = `username=${encodeURIComponent(ACCOUNT.username)}&password=${encodeURIComponent(ACCOUNT.password)}`;
const LIST = `f/player_api.php?${LOGIN}&action=get_vod_streams`;
const PAGE = 'type=vod&action=get_ordered_list&category=*&sortby=added';

let simulator: SimulatorFixture;
let whole: string;
beforeAll(async () => {
  simulator = await SimulatorFixture.start([{ name: 'f', movies: 400, series: 20, channels: 10 }]);
  whole = (await simulator.get(LIST)).body;
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.control('DELETE', 'f/faults'));

async function hit(rule: FaultRequest): Promise<RawAnswer> {
  expect((await simulator.control('POST', 'f/faults', rule)).status).toBe(201);
  return simulator.get(LIST);
}

describe('faults', () => {
  it.each([500, 503, 512, 451, 461, 884])('answer with status %i', async (code) => {
    expect(await hit({ effect: { type: 'status', code } })).toMatchObject({ status: code, body: '' });
  });

  it('limit the rate, with or without a time to come back', async () => {
    const told = await hit({ times: 1, effect: { type: 'rate-limit', retryAfter: '7' } });
    expect([told.status, told.headers['retry-after']]).toEqual([429, '7']);
    const untold = await hit({ times: 1, effect: { type: 'rate-limit', code: 503 } });
    expect([untold.status, untold.headers['retry-after']]).toEqual([503, undefined]);
    expect((await simulator.get(LIST)).body).toBe(whole);
  });

  it('answer with something else at 200', async () => {
    expect(await hit({ times: 1, effect: { type: 'html' } })).toMatchObject({
      status: 200,
      body: expect.stringContaining('<!DOCTYPE html>'),
    });
    expect(await hit({ times: 1, effect: { type: 'empty' } })).toMatchObject({ status: 200, body: '' });
    expect(await hit({ times: 1, effect: { type: 'empty-list' } })).toMatchObject({
      status: 200,
      body: '[]',
    });
    expect(await hit({ times: 1, effect: { type: 'text', body: 'Blocked' } })).toMatchObject({
      body: 'Blocked',
    });
  });

  it('cut the body after the bytes that were asked for, openly or not', async () => {
    const open = await hit({ times: 1, effect: { type: 'cut', afterBytes: 70_001 } });
    expect(open.broken).toBe('ECONNRESET');
    expect(open.body).toBe(whole.slice(0, 70_001));
    const clean = await hit({ times: 1, effect: { type: 'cut', afterBytes: 100, clean: true } });
    expect(clean.broken).toBeUndefined();
    expect(clean.body).toBe(whole.slice(0, 100));
  });

  it('reset the connection', async () => {
    expect(await hit({ effect: { type: 'reset' } })).toMatchObject({ status: 0, broken: 'ECONNRESET' });
  });

  it('never answer, until the client gives up', async () => {
    await simulator.control('POST', 'f/faults', { effect: { type: 'timeout' } });
    await simulator.control('DELETE', 'f/ledger');
    const patience = new AbortController();
    const waiting = simulator.get(LIST, {}, patience.signal);
    const ledger = async () => (await simulator.control<Record<string, number>>('GET', 'f/ledger')).body;
    while ((await ledger()).parallelNow === 0) await new Promise((resolve) => setImmediate(resolve));
    patience.abort();
    expect((await waiting).status).toBe(0);
    while ((await ledger()).parallelNow !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await ledger()).toMatchObject({ aborted: 1, answersByStatus: { 0: 1 } });
  });

  it('do not keep a simulator from stopping', async () => {
    const own = await SimulatorFixture.start([{ name: 'f', movies: 5, series: 0, channels: 0 }]);
    await own.control('POST', 'f/faults', { effect: { type: 'timeout' } });
    const waiting = own.get(LIST);
    const parallel = async () =>
      (await own.control<{ parallelNow: number }>('GET', 'f/ledger')).body.parallelNow;
    while ((await parallel()) === 0) await new Promise((resolve) => setImmediate(resolve));
    await own.stop();
    expect((await waiting).broken).toBe('ECONNRESET');
  });

  it('answer late or slowly', async () => {
    const start = performance.now();
    expect((await hit({ times: 1, effect: { type: 'delay', ms: 60 } })).body).toBe(whole);
    expect(performance.now() - start).toBeGreaterThan(59);
    const slow = performance.now();
    const size = whole.length;
    expect((await hit({ times: 1, effect: { type: 'drip', bytesPerSecond: size * 5 } })).body).toBe(whole);
    expect(performance.now() - slow).toBeGreaterThan(190);
  });

  it('end a portal session in the middle, so that the client must log in again', async () => {
    const box = new StalkerBox(simulator, 'f/server/load.php');
    await box.logIn();
    await simulator.control('POST', 'f/faults', {
      match: { protocol: 'stalker', action: 'get_ordered_list', page: 3 },
      times: 1,
      effect: { type: 'session-lost' },
    });
    const bodies: string[] = [];
    for (const p of [1, 2, 3, 3]) bodies.push((await box.call(`${PAGE}&p=${p}`)).body.slice(0, 21));
    expect(bodies.slice(2)).toEqual(['Authorization failed.', 'Authorization failed.']);
    expect(bodies[1]).toContain('{"js":');
    await box.logIn();
    expect((await box.js<{ data: unknown[] }>(`${PAGE}&p=3`)).data).toHaveLength(14);
  });

  it('refuse an Xtream list as classic panels do', async () => {
    const answer = await hit({ effect: { type: 'session-lost' } });
    expect(JSON.parse(answer.body)).toEqual({ user_info: { auth: 0 } });
  });
});
