import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { providerId } from '@catalogue-sync/contracts';
import { waitFor } from '@catalogue-sync/testing';
import { GatewayStage } from '../../e2e/support/gateway-stage.js';
import { EventLogStore } from './event-log.store.js';
import { EventStreams, STREAM_PAGE } from './event-streams.js';
import { LogHeads } from './log-heads.js';
import { ReadableLog } from './readable-log.js';

interface Message {
  id: number;
  data: { seq: number; type: string; data: Record<string, unknown> };
}

/** A reader that keeps what it was sent. */
class Reader {
  readonly messages: Message[] = [];
  closed = false;
  private rest = '';

  constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => this.take(text));
    answer.on('error', () => undefined);
    answer.on('close', () => (this.closed = true));
  }

  get ids(): number[] {
    return this.messages.map(({ id }) => id);
  }

  private take(text: string): void {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0], line]));
      const [id, data] = [fields.get('id')?.slice(4), fields.get('data')?.slice(6)];
      if (data !== undefined)
        this.messages.push({ id: Number(id), data: JSON.parse(data) as Message['data'] });
    }
  }
}

describe('the event stream over HTTP', () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.open();
  });
  afterAll(() => stage.close());

  const open = async (provider: string, after: number | string, headers: Record<string, string> = {}) =>
    new Reader(await stage.request(`${provider}/events/stream?after=${after}`, headers));
  /** Appends to a log as the reconciler does: event and head in one transaction. */
  const append = async (provider: string, bodies: string[]) => {
    await stage.tables.client.query(
      `with head as (update catalogue.stream_head set seq = seq + $2 where provider_id = $1 returning seq - $2 as before)
       insert into catalogue.event (provider_id, seq, type, data)
         select $1, head.before + n, 'catalogue.item-added.v1', body
           from head, unnest($3::text[]) with ordinality as t (body, n)`,
      [provider, bodies.length, bodies],
    );
  };
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_unused, n) => from + n);

  it('gives what is there and then what comes, once and in order', async () => {
    await stage.tables.writeLog(
      'p1',
      Array.from({ length: 500 }, (_unused, n) => `{"n": ${n + 1}}`),
    );
    const reader = await open('p1', 10);
    expect(reader.answer.statusCode).toBe(200);
    expect(reader.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    await waitFor(() => reader.messages.length >= 490);
    await append('p1', ['{"text":"a\\nb"}', '{\n"pretty": 1}']);
    await waitFor(() => reader.messages.length >= 492);
    expect(reader.ids).toEqual(range(11, 502));
    expect(reader.messages.slice(-2).map(({ data }) => data.data)).toEqual([{ text: 'a\nb' }, { pretty: 1 }]);
    expect(reader.messages[0]?.data).toMatchObject({ seq: 11, type: 'catalogue.item-updated.v1' });
    reader.answer.destroy();
  });

  it('goes on behind the last event that a reader has, however often it comes again', async () => {
    await stage.tables.writeLog(
      'pagain',
      Array.from({ length: 50 }, () => '{}'),
    );
    const seen: number[] = [];
    for (let round = 0; round < 5; round++) {
      const last = seen.at(-1);
      const reader = await open('pagain', 0, last === undefined ? {} : { 'last-event-id': String(last) });
      await append('pagain', ['{}', '{}', '{}']);
      await waitFor(() => reader.messages.length >= 3);
      reader.answer.destroy();
      seen.push(...reader.ids);
    }
    expect(seen).toEqual(range(1, seen.length));
  });

  it('waits for the first sync of a provider that has none yet', async () => {
    const reader = await open('pfirst', 0);
    await stage.tables.writeLog('pfirst', ['{}']);
    await waitFor(() => reader.ids.length === 1);
    expect(reader.ids).toEqual([1]);
    reader.answer.destroy();
  });

  it('is held up by no reader that takes nothing, and reads little ahead of it', async () => {
    const bodies = Array.from({ length: 2_000 }, () => JSON.stringify({ text: 'x'.repeat(20_000) }));
    for (const provider of ['pslow', 'pquick']) await stage.tables.writeLog(provider, bodies);
    const reads = jest.spyOn(stage.gateway.app.get(EventLogStore), 'page');
    const slow = await stage.request('pslow/events/stream');
    slow.pause();
    const quick = await open('pquick', 0);
    await waitFor(() => quick.messages.length === 2_000, { timeoutMs: 60_000 });
    quick.answer.destroy();
    // In the time that took, the slow one could have been sent all; the kernel's buffers take a few megabytes of the forty.
    const places = reads.mock.calls.filter(([provider]) => provider === 'pslow').map(([, after]) => after);
    expect(places.length).toBeGreaterThan(1);
    expect(Math.max(...places)).toBeLessThan(1_500);
    const reader = new Reader(slow);
    slow.resume();
    await waitFor(() => reader.messages.length === 2_000, { timeoutMs: 60_000 });
    expect(reader.ids).toEqual(range(1, 2_000));
    slow.destroy();
    reads.mockRestore();
  }, 90_000);

  it('is never silent for long', async () => {
    await stage.tables.writeLog('pquiet', ['{}']);
    const log = stage.gateway.app.get(ReadableLog);
    const streams = new EventStreams(log, stage.gateway.app.get(LogHeads), 20);
    const server = createServer((_request, response) => {
      void log
        .page(providerId('pquiet'), 0, STREAM_PAGE)
        .then((first) => streams.serve(providerId('pquiet'), 0, first, response));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    let text = '';
    const answer = await fetch(`http://127.0.0.1:${port}`);
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.split(': still here').length > 3) break;
    }
    expect(text).toMatch(/^retry: 2000\n\nid: 1\ndata: \{.*\}\n\n(: still here\n\n)+$/);
    streams.beforeApplicationShutdown();
    server.close();
  });

  it('serves nobody who left while the first page was read', async () => {
    const streams = new EventStreams(
      stage.gateway.app.get(ReadableLog),
      stage.gateway.app.get(LogHeads),
      60_000,
    );
    const empty = { events: [], nextAfter: 0, head: 0, firstSeq: 1, deleted: false };
    const served = Promise.withResolvers<void>();
    const server = createServer((request, response) => {
      response.once('close', () => {
        streams.serve(providerId('pnobody'), 0, empty, response).then(served.resolve, served.reject);
      });
      request.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
    await served.promise;
    server.close();
  }, 20_000);

  it('says before it begins why it does not', async () => {
    await stage.tables.writeLog('ptrimmed', ['{}'], { firstSeq: 50 });
    await stage.tables.writeLog('pgone', ['{}'], { state: 'deleted' });
    const problem = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await stage.request(path, headers);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      return JSON.parse(String(await buffer(answer))) as unknown;
    };
    expect(await problem('ptrimmed/events/stream?after=48')).toMatchObject({
      status: 410,
      code: 'events-trimmed',
    });
    expect(await problem('ptrimmed/events/stream?after=49', { 'last-event-id': '3' })).toMatchObject({
      status: 410,
    });
    expect(await problem('ptrimmed/events/stream?after=51')).toMatchObject({ status: 410 });
    expect(await problem('pgone/events/stream')).toMatchObject({ status: 404, code: 'provider-not-found' });
    expect(await problem('pnone/events/stream')).toMatchObject({ status: 404, code: 'provider-not-found' });
    expect(await problem('p1/events/stream', { 'last-event-id': 'x' })).toMatchObject({
      status: 400,
      errors: [{ field: 'Last-Event-ID' }],
    });
    expect(await problem('p1/events/stream', { accept: 'application/json' })).toMatchObject({ status: 406 });
    const head = await stage.request('p1/events/stream', {}, 'HEAD');
    expect(head.statusCode).toBe(200);
    expect((await buffer(head)).length).toBe(0);
  });

  it('ends when the provider is deleted', async () => {
    await stage.tables.writeLog('pdeleted', ['{}']);
    const reader = await open('pdeleted', 0);
    await waitFor(() => reader.ids.length === 1);
    await stage.tables.client.query(
      `update catalogue.stream_head set state = 'deleted' where provider_id = 'pdeleted'`,
    );
    await waitFor(() => reader.closed);
    expect(reader.ids).toEqual([1]);
  });

  it('ends when the gateway stops', async () => {
    const own = await GatewayStage.open();
    await own.tables.writeLog('p1', ['{}']);
    const reader = new Reader(await own.request('p1/events/stream'));
    await waitFor(() => reader.ids.length === 1);
    await own.close();
    expect(reader.closed).toBe(true);
  });
});
