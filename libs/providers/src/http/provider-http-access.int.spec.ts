import { afterEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODE } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import type { RememberedAccess } from './access-control.js';
import { client, closeAll, get, server } from './provider-http.fixture.js';
import { inTurn, json, status, type Answer } from './scripted-server.fixture.js';

afterEach(closeAll);

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 21);
const reset: Answer = (request) => void request.socket.destroy();
const coolingDown = { code: ERROR_CODE.providerCoolingDown };

/** A clock that stands still until it is set. */
function stoppedClock(): { now: number; read: () => number } {
  const clock = { now: START, read: () => clock.now };
  return clock;
}

describe('ProviderHttp: how much is asked', () => {
  it('keeps as many requests under way as are allowed, as long as nothing is wrong', async () => {
    const parallel = 8;
    const requests = 200;
    // Each request waits until the limit is used up, or no more are to come: with one fewer under way, nothing would ever be answered.
    const waiting: (() => void)[] = [];
    let arrived = 0;
    const up = await server((_request, response) => {
      arrived++;
      waiting.push(() => response.end('ok'));
      if (waiting.length === parallel) waiting.shift()?.();
      if (arrived === requests) for (const answer of waiting.splice(0)) answer();
    });
    const http = client({ parallelRequests: parallel });
    const answers = await Promise.all(Array.from({ length: requests }, () => get(http, up.origin)));
    expect(answers).toHaveLength(requests);
    expect(http.access()).toEqual({});
  });

  it.each([
    ['429', status(429)],
    ['503', status(503)],
  ])('asks half as much after %s, and tells the next client', async (_name, refusal) => {
    const up = await server(inTurn(refusal, json(1)));
    const http = client({ parallelRequests: 8, requestsPerSecond: 1_000 });
    await get(http, up.origin);
    expect(http.access()).toMatchObject({ parallel: 4, requestsPerSecond: 500, parallelCeiling: 7 });

    let underWay = 0;
    let peak = 0;
    up.answer = async (_request, response) => {
      peak = Math.max(peak, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 10));
      underWay--;
      response.end('ok');
    };
    const next = client({ parallelRequests: 8, requestsPerSecond: 1_000 }, { access: http.access() });
    await Promise.all(Array.from({ length: 10 }, () => get(next, up.origin)));
    expect(peak).toBe(4);
  });

  it('halves once, however many requests of one moment are refused', async () => {
    const waiting: (() => void)[] = [];
    const up = await server((_request, response) => {
      waiting.push(() => response.writeHead(429).end());
      if (waiting.length < 8) return;
      up.answer = json(1);
      for (const refuse of waiting.splice(0)) refuse();
    });
    const http = client({ parallelRequests: 8 });
    await Promise.all(Array.from({ length: 8 }, () => get(http, up.origin)));
    expect(http.access().parallel).toBe(4);
  });

  it('asks less of a provider that does not answer in time', async () => {
    const up = await server(inTurn(() => undefined, json(1)));
    const http = client({ parallelRequests: 4, idleTimeoutMs: 300 });
    await get(http, up.origin);
    expect(http.access().parallel).toBe(2);
  });
});

describe('ProviderHttp: leaving a provider alone', () => {
  it('stops after three logins refused in a row, and tries again when the rest is over', async () => {
    const clock = stoppedClock();
    const up = await server(status(401));
    const http = client({}, { everyRequestLogsIn: true, clock: clock.read });
    for (let login = 0; login < 3; login++) {
      await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    }
    const failure = await get(http, up.origin).catch((error: unknown) => String(error));
    expect(failure).toContain(new Date(START + 15 * MINUTE).toISOString());
    expect(failure).toContain('3 logins in a row were refused');
    expect(up.requests).toHaveLength(3);
    expect(http.access()).toMatchObject({ authFailures: 3, coolDownUntil: START + 15 * MINUTE });

    clock.now += 15 * MINUTE;
    up.answer = json(1);
    expect(await get(http, up.origin)).toBe('1');
    expect(http.access()).toEqual({});
  });

  it('counts a login of several requests once, and lost sessions not at all', async () => {
    const up = await server(status(401));
    const http = client({}, { clock: stoppedClock().read });
    for (let lost = 0; lost < 10; lost++) await get(http, up.origin).catch(() => undefined);
    expect(http.access()).toEqual({});
    const logIn = () => http.logIn(() => get(http, up.origin).catch(() => get(http, up.origin)));
    for (let login = 0; login < 3; login++) {
      await expect(logIn()).rejects.toMatchObject({ code: ERROR_CODE.providerAuthFailed });
    }
    expect(http.access().authFailures).toBe(3);
    await expect(logIn()).rejects.toMatchObject(coolingDown);
    expect(up.requests).toHaveLength(16);
  });

  it('stops at once when it is banned: 403 without a body', async () => {
    const clock = stoppedClock();
    const up = await server(status(403));
    const http = client({}, { everyRequestLogsIn: true, clock: clock.read });
    await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused, ban: true });
    clock.now += 119 * MINUTE;
    await expect(get(http, up.origin)).rejects.toMatchObject(coolingDown);
    expect(up.requests).toHaveLength(1);
    clock.now += MINUTE;
    await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused });
    expect(up.requests).toHaveLength(2);
  });

  it('takes a 403 that explains itself for no ban', async () => {
    const up = await server(status(403, {}, 'No entry.'));
    const http = client({}, { everyRequestLogsIn: true });
    for (let request = 0; request < 5; request++) await get(http, up.origin).catch(() => undefined);
    expect(up.requests).toHaveLength(5);
    expect(http.access()).toEqual({});
  });

  it('stops after ten broken connections in a row', async () => {
    const clock = stoppedClock();
    const up = await server(reset);
    const http = client({ parallelRequests: 1 }, { clock: clock.read });
    for (let request = 0; request < 2; request++) {
      await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerUnreachable });
    }
    expect(up.requests).toHaveLength(10);
    await expect(get(http, up.origin)).rejects.toMatchObject(coolingDown);
    expect(http.access()).toMatchObject({ coolDownUntil: START + MINUTE });
    clock.now += MINUTE;
    // One more is enough now, and no repeats of it.
    await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerUnreachable });
    expect(up.requests).toHaveLength(11);
    expect(http.access()).toMatchObject({ coolDownUntil: clock.now + 2 * MINUTE });
  });

  it('lets a server restart under many requests at once', async () => {
    // Five rounds of eight.
    const up = await server(inTurn(...Array.from({ length: 40 }, () => reset), json(1)));
    const http = client({ parallelRequests: 8 }, { retry: { baseMs: 5, maxTries: 40 } });
    const answers = Array.from({ length: 8 }, () => get(http, up.origin));
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 8 }, () => '1'));
    expect(http.access()).not.toHaveProperty('coolDownUntil');
  });

  it('refuses those that waited for their turn too, when bad news comes', async () => {
    let refuse: () => void = () => undefined;
    const up = await server((_request, response) => {
      refuse = () => void response.writeHead(403).end();
    });
    const http = client({ parallelRequests: 1 }, { everyRequestLogsIn: true });
    const results = Promise.allSettled(Array.from({ length: 5 }, () => get(http, up.origin)));
    await waitFor(() => up.requests.length === 1, { what: 'the first request' });
    refuse();
    const [first, ...others] = await results;
    expect(first).toMatchObject({ reason: { code: ERROR_CODE.providerRefused } });
    for (const other of others) expect(other).toMatchObject({ reason: coolingDown });
    expect(up.requests).toHaveLength(1);
  });

  it('does not take those that it refused itself for answers', async () => {
    const clock = stoppedClock();
    const up = await server(reset);
    const access: RememberedAccess = { transportFailures: 10 };
    const http = client({ parallelRequests: 1 }, { access, clock: clock.read });
    const results = await Promise.allSettled(Array.from({ length: 3 }, () => get(http, up.origin)));
    expect(results[2]).toMatchObject({ reason: coolingDown });
    expect(up.requests).toHaveLength(1);
    expect(http.access()).toMatchObject({ transportFailures: 11, coolDownUntil: START + 2 * MINUTE });
  });

  it('keeps to a Retry-After that is longer than a request can wait', async () => {
    const clock = stoppedClock();
    const up = await server(status(429, { 'retry-after': '3600' }));
    const http = client({}, { clock: clock.read });
    await expect(get(http, up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerRateLimited });
    await expect(get(http, up.origin)).rejects.toMatchObject(coolingDown);
    expect(up.requests).toHaveLength(1);
    expect(http.access()).toMatchObject({ coolDownUntil: START + 60 * MINUTE });
  });
});
