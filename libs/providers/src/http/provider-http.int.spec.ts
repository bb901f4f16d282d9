import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PROVIDER_SETTINGS, ERROR_CODE } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { LOOPBACK } from './loopback.fixture.js';
import { client, closeAll, closers, get, server } from './provider-http.fixture.js';
import { ProviderHttp } from './provider-http.js';
import { inTurn, json, ScriptedServer, status, type Answer } from './scripted-server.fixture.js';

afterEach(closeAll);

describe('ProviderHttp', () => {
  it('keeps connections, and sends its headers', async () => {
    const sockets = new Set<unknown>();
    const up = await server((request, response) => {
      sockets.add(request.socket);
      response.end('ok');
    });
    const http = client({ parallelRequests: 1 });
    for (let round = 0; round < 5; round++) expect(await get(http, `${up.origin}/a?b=c d`)).toBe('ok');
    expect(sockets.size).toBe(1);
    expect(up.requests[0]?.headers).toMatchObject({ 'user-agent': 'Spec/1', 'accept-encoding': 'gzip' });
    expect(up.asked[0]).toBe('/a?b=c%20d');
  });

  it.each([[408], [429], [500], [502], [503], [504]])('asks again after %i', async (code) => {
    const up = await server(inTurn(status(code), status(code), json(1)));
    expect(await get(client(), up.origin)).toBe('1');
    expect(up.requests).toHaveLength(3);
  });

  it.each([
    [401, ERROR_CODE.providerAuthFailed],
    [403, ERROR_CODE.providerRefused],
    [404, ERROR_CODE.providerRefused],
    [451, ERROR_CODE.providerRefused],
    [456, ERROR_CODE.providerRefused],
    [461, ERROR_CODE.providerRefused],
    [884, ERROR_CODE.providerRefused],
  ])('takes %i for final', async (code, expected) => {
    const up = await server(status(code, {}, '<html>no</html>'));
    await expect(get(client(), up.origin)).rejects.toMatchObject({ code: expected, status: code });
    expect(up.requests).toHaveLength(1);
  });

  it('tries an unknown 5xx three times', async () => {
    const up = await server(status(512));
    await expect(get(client(), up.origin)).rejects.toMatchObject({ code: ERROR_CODE.providerRefused });
    expect(up.requests).toHaveLength(3);
  });

  it('waits as long as Retry-After asks, for every request of the provider', async () => {
    const up = await server(inTurn(status(429, { 'retry-after': '1' }), json(1)));
    const http = client();
    const start = performance.now();
    const first = get(http, `${up.origin}/first`);
    await waitFor(() => up.requests.length === 1, { what: 'the first request' });
    // Long enough for the answer to be read, far shorter than the wait.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = get(http, `${up.origin}/second`);
    expect(await Promise.all([first, second])).toEqual(['1', '1']);
    expect(performance.now() - start).toBeGreaterThan(990);
    expect((up.requests[1]?.at ?? 0) - (up.requests[0]?.at ?? 0)).toBeGreaterThan(900);
  });

  it('asks again after a reset, a cut body and a body that stops coming', async () => {
    const reset: Answer = (request) => void request.socket.destroy();
    const cut: Answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    };
    const stuck: Answer = (_request, response) => {
      response.writeHead(200);
      response.write('half');
    };
    const up = await server(inTurn(reset, cut, stuck, json('whole')));
    expect(await get(client({ idleTimeoutMs: 300 }), up.origin)).toBe('"whole"');
    expect(up.requests).toHaveLength(4);
  });

  it('lets a slow body come as long as something comes', async () => {
    const up = await server(async (_request, response) => {
      for (let drip = 0; drip < 12; drip++) {
        response.write('x');
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      response.end();
    });
    expect(await get(client({ idleTimeoutMs: 400 }), up.origin)).toHaveLength(12);
    expect(up.requests).toHaveLength(1);
  });

  it('says when nothing listens, and when there is no such host', async () => {
    const up = await server(json(1));
    const { origin } = up;
    await up.stop();
    closers.length = 0;
    await expect(get(client(), origin)).rejects.toMatchObject({
      code: ERROR_CODE.providerUnreachable,
      noConnection: true,
    });
    await expect(get(client(), 'http://no-such-host.invalid/')).rejects.toMatchObject({
      code: ERROR_CODE.providerUnreachable,
      noConnection: true,
    });
  });

  it('waits for a server that starts again', async () => {
    const first = await ScriptedServer.start(json(1));
    const { port } = first;
    await first.stop();
    const http = new ProviderHttp({
      settings: { ...DEFAULT_PROVIDER_SETTINGS.xtream, requestsPerSecond: 10_000 },
      userAgent: 'Spec/1',
      allowedPrivateHosts: LOOPBACK,
      retry: { baseMs: 200, maxTries: 20, maxWaitMs: 200 },
    });
    closers.push(() => http.close());
    const waiting = get(http, `http://127.0.0.1:${port}/`);
    const second = await ScriptedServer.start(json(2), port);
    closers.push(() => second.stop());
    expect(await waiting).toBe('2');
  });

  it('cancels a request down to its socket, a wait, and a request that waits for its turn', async () => {
    const up = await server((_request, response) => {
      response.writeHead(200);
      response.write('some');
    });
    const http = client({ parallelRequests: 1, idleTimeoutMs: 60_000 });
    const abort = new AbortController();
    const running = get(http, up.origin, undefined, abort.signal);
    const queued = get(http, up.origin, undefined, abort.signal);
    const results = Promise.allSettled([running, queued]);
    await waitFor(() => up.requests.length === 1, { what: 'the request' });
    abort.abort();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: ERROR_CODE.cancelled } });
    }
    await waitFor(() => up.aborted === 1, { what: 'the socket to close' });

    up.answer = status(429, { 'retry-after': '2' });
    const second = new AbortController();
    const waiting = get(http, up.origin, undefined, second.signal).catch((error: unknown) => error);
    await waitFor(() => up.requests.length === 2, { what: 'the second request' });
    second.abort();
    expect(await waiting).toMatchObject({ code: ERROR_CODE.cancelled });
  });

  it('never has more requests under way, nor starts them faster, than allowed', async () => {
    let now = 0;
    let peak = 0;
    const up = await server(async (_request, response) => {
      peak = Math.max(peak, ++now);
      await new Promise((resolve) => setTimeout(resolve, 15));
      now--;
      response.end('ok');
    });
    const http = client({ parallelRequests: 3, requestsPerSecond: 50 });
    await Promise.all(Array.from({ length: 25 }, () => get(http, up.origin)));
    expect(peak).toBeLessThanOrEqual(3);
    const starts = up.requests.map(({ at }) => at);
    expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(24 * 20 - 60);
  });

  it.each([
    ['before it reads a long answer', 3_000, ['first sent', 'second sent', 'first read', 'second read']],
    ['after it has read a short one', 1, ['first sent', 'first read', 'second sent', 'second read']],
  ])('sends the next request %s', async (_, length, order) => {
    const up = await server(json('x'.repeat(length)));
    const http = client({ parallelRequests: 1 });
    const happened: string[] = [];
    const ask = (name: string) =>
      http.get(
        {
          url: new URL(up.origin),
          signal: AbortSignal.timeout(10_000),
          headers: () => {
            happened.push(`${name} sent`);
            return {};
          },
        },
        () => happened.push(`${name} read`),
      );
    await Promise.all([ask('first'), ask('second')]);
    expect(happened).toEqual(order);
  });

  it('says nothing of the URL in its errors', async () => {
    const up = await server(status(403));
    const error: unknown = await get(client(), `${up.origin}/x?username=alice&password=s3cret`).catch(
      (reason: unknown) => reason,
    );
    expect(JSON.stringify(error) + String(error)).not.toMatch(/alice|s3cret/);
  });
});
