import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allPages } from './all-pages.js';
import { CatalogueSyncApi } from './catalogue-sync-api.js';
import { followEvents } from './follow-events.js';

const PROBLEM = {
  type: '/problems/invalid-request',
  title: 'Invalid request',
  status: 400,
  detail: 'A field is not valid.',
  code: 'invalid-request',
  instance: '/api/providers',
  requestId: 'r1',
  errors: [{ field: 'connection.mac', message: 'Give a MAC address.' }],
};

// Real: HTTP over loopback. Played: the gateway's answers.
describe('CatalogueSyncApi', () => {
  let server: Server;
  let baseUrl: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json') =>
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

  it('sends the key, and resolves to the body', async () => {
    let seen: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      seen = request.headers;
      json(response, 200, { providers: [] });
    };
    const api = new CatalogueSyncApi({ baseUrl, apiKey: 'csk_a_b' });
    expect(await api.listProviders()).toEqual({ providers: [] });
    expect(seen.authorization).toBe('Bearer csk_a_b');
  });

  it('throws a problem answer with its fields', async () => {
    answer = (_, response) =>
      json(response.setHeader('retry-after', '5'), 400, PROBLEM, 'application/problem+json');
    const sent = new CatalogueSyncApi({ baseUrl }).startSync({ path: { id: 'p1' }, body: {} });
    await expect(sent).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      code: 'invalid-request',
      message: 'A field is not valid.',
      fields: { errors: PROBLEM.errors, requestId: 'r1', retryAfter: 5 },
    });
  });

  it('tells an answer that is not from a gateway', async () => {
    answer = (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<p>no</p>');
    const sent = new CatalogueSyncApi({ baseUrl }).listProviders();
    await expect(sent).rejects.toMatchObject({ code: 'not-a-problem', fields: { body: '<p>no</p>' } });
  });

  it('says when nothing listens, and when no answer begins in time', async () => {
    answer = () => undefined;
    await expect(new CatalogueSyncApi({ baseUrl, answerWithinMs: 50 }).listProviders()).rejects.toMatchObject(
      {
        name: 'UnreachableError',
      },
    );
    const closed = new CatalogueSyncApi({ baseUrl: 'http://127.0.0.1:9' });
    await expect(closed.listProviders()).rejects.toThrow(/^http:\/\/127\.0\.0\.1:9 does not answer: .+\.$/);
  });

  it("passes on the caller's abort as it is", async () => {
    answer = () => undefined;
    const signal = AbortSignal.timeout(50);
    await expect(new CatalogueSyncApi({ baseUrl }).listProviders({ signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('pages through a list', async () => {
    answer = (request, response) => {
      const { searchParams } = new URL(request.url ?? '', baseUrl);
      const next = searchParams.get('cursor') === 'c1' ? {} : { nextCursor: 'c1' };
      json(response, 200, { providers: [], ...next });
    };
    const api = new CatalogueSyncApi({ baseUrl });
    let pages = 0;
    for await (const page of allPages((query) => api.listProviders({ query })))
      pages += page.providers.length + 1;
    expect(pages).toBe(2);
  });

  describe('following events', () => {
    const message = (seq: number) =>
      `id: ${seq}\ndata: ${JSON.stringify({ seq, type: 'catalogue.item-added.v1' })}\n\n`;

    it('takes a broken stream up behind the last event, and ends with the signal', async () => {
      const asked: (string | null)[] = [];
      answer = (request, response) => {
        const after = new URL(request.url ?? '', baseUrl).searchParams.get('after');
        asked.push(after);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        if (after === '5') response.write(message(6) + message(7), () => response.destroy());
        else response.write(`: still here\n\n${message(8)}`);
      };
      const stop = new AbortController();
      const open = (after: number, signal: AbortSignal) => fetch(`${baseUrl}/?after=${after}`, { signal });
      const seen: number[] = [];
      for await (const { seq } of followEvents(open, 5, stop.signal, 1)) {
        seen.push(seq);
        if (seq === 8) stop.abort();
      }
      expect(seen).toEqual([6, 7, 8]);
      expect(asked).toEqual(['5', '7']);
    });

    it('throws when the events are not kept any more', async () => {
      answer = (_, response) =>
        json(response, 410, { ...PROBLEM, status: 410, code: 'events-trimmed' }, 'application/problem+json');
      const events = new CatalogueSyncApi({ baseUrl }).followEvents('p1', 0, new AbortController().signal);
      await expect(events.next()).rejects.toMatchObject({ code: 'events-trimmed', status: 410 });
    });
  });
});
