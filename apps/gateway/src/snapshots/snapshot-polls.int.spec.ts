import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { ADMIN_KEY, fetch, startGateway } from '../../fixtures/gateway-under-test.js';
import { makeMovies, storeSnapshot } from '../../fixtures/stored-snapshot.js';

describe('polls for the served version', () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.open();
    await storeSnapshot(stage.tables.client, { provider: 'p1', version: 1, items: makeMovies(10) });
  });
  afterAll(() => stage?.close());

  // An empty query leads to the controller: polls for the served version are answered ahead of it.
  it.each<[string, string, Record<string, string>, number]>([
    ['the document', 'p1', {}, 200],
    ['the document as gzip', 'p1', { 'accept-encoding': 'gzip' }, 200],
    ['what the client has', 'p1', { 'if-none-match': '*' }, 304],
    ['a request without a key', 'p1', { authorization: '' }, 401],
    ['a key that is not good', 'p1', { authorization: 'Bearer hunter2' }, 401],
    ['a client that wants another type', 'p1', { accept: 'text/html' }, 406],
    ['a client that takes neither form', 'p1', { 'accept-encoding': 'br, *;q=0' }, 406],
    ['a provider without a snapshot', 'pnew', {}, 404],
    ['a provider that is not there', 'pnone', {}, 404],
    ['an id that cannot be one', 'P1', {}, 400],
  ])('are answered as the controller does: %s', async (_what, provider, headers, status) => {
    const answers = await Promise.all(
      [`${provider}/snapshot`, `${provider}/snapshot?`].map(async (path) => {
        const answer = await stage.request(path, { 'x-request-id': 'poll', ...headers });
        const { date: _date, ...others } = answer.headers;
        return { status: answer.statusCode, headers: others, body: String(await buffer(answer)) };
      }),
    );
    expect(answers[0]?.status).toBe(status);
    expect(answers[0]).toEqual(answers[1]);
  });

  it('are for those who may read, and not too often', async () => {
    const own = await stage.createDatabase();
    const limits = { callerRequestsPerSecond: 1 };
    const strict = await startGateway(stage.tables.readerUrl, stage.nats.url, own, limits);
    try {
      const made = await fetch(`${strict.url}/api/keys`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'player', scopes: ['playback'] }),
      });
      const { key } = (await made.json()) as { key: string };
      const poll = (authorization: string) =>
        fetch(`${strict.url}/api/providers/p1/snapshot`, {
          headers: { authorization, 'if-none-match': '*' },
        });
      expect((await poll(`Bearer ${key}`)).status).toBe(403);
      const statuses = [];
      for (let count = 0; count < 12; count++) statuses.push((await poll(`Bearer ${ADMIN_KEY}`)).status);
      expect(new Set(statuses)).toEqual(new Set([304, 429]));
    } finally {
      await strict.close();
    }
  });
});
