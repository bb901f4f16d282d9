import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, HEADER, providerId, STREAM, STREAM_SUBJECTS, subjects } from '#contracts';
import { startNats, type TestNats } from '@catalogue-sync/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { SequencedEvent } from './catalogue-event.js';
import { follow, loadSnapshot, sseEvents, Upcasting, type Delivery, type FollowOptions } from './index.js';
import { natsEvents } from './nats.js';

const provider = providerId('p1');
const KEY = 'csk_read';
const TIME = '2026-01-01T00:00:00.000Z';

const added = (seq: number): SequencedEvent => ({
  seq,
  type: EVENT_TYPE.itemAdded,
  time: TIME,
  subject: `movie:${seq}`,
  data: { id: `movie:${seq}`, kind: 'movie', externalId: `${seq}`, name: `Film ${seq}`, categoryIds: [] },
});
const documentOf = (asOfSeq: number | null, more: object = {}) => ({
  version: '1.0',
  snapshotVersion: 3,
  providerId: provider,
  asOfSeq,
  incompleteScopes: ['live'],
  stats: { totalMovies: 1, totalSeries: 0, totalChannels: 0 },
  ...more,
  categories: [{ id: 'vod:1', scope: 'vod', externalId: '1', name: 'All' }],
  movies: [added(1).data],
  series: [],
  channels: [],
  moviesByCategory: { 'vod:1': ['movie:1'] },
});

// Real: NATS, HTTP over loopback. Played: the gateway's answers, from a log in memory.
describe('follow', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let gateway: Server;
  let url: string;
  let log: SequencedEvent[];
  /** Events up to here are gone from the log. */
  let trimmedTo: number;
  let isDeleted: boolean;
  let documents: Record<string, unknown>;
  let asked: string[];

  beforeAll(async () => {
    server = await startNats();
    nc = await connect({ servers: server.url });
    gateway = createServer(answer).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    gateway?.closeAllConnections();
    gateway?.close();
    await nc?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    [log, trimmedTo, isDeleted, asked] = [[], 0, false, []];
    documents = { '': documentOf(5) };
    const manager = await jetstreamManager(nc);
    await manager.streams.add({
      name: STREAM.events,
      subjects: [STREAM_SUBJECTS[STREAM.events]],
      allow_direct: true,
    });
  });
  afterEach(async () => {
    await (await jetstreamManager(nc)).streams.delete(STREAM.events);
  });

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway');
    const what = pathname.replace('/api/providers/p1/', '');
    const after = Number(searchParams.get('after'));
    asked.push(`${what}${searchParams.size > 0 ? `?${searchParams.toString()}` : ''}`);
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const refuse = (status: number, code: string) => send(status, { code, detail: `It is ${code}.` });
    if (request.headers.authorization !== `Bearer ${KEY}`) refuse(401, 'unauthenticated');
    else if (isDeleted) refuse(404, 'provider-not-found');
    else if (what === 'snapshots') send(200, documents['list']);
    else if (what === 'snapshot') {
      const document = documents[searchParams.get('version') ?? ''];
      if (document === undefined) refuse(404, 'snapshot-not-found');
      else send(200, document);
    } else if (after < trimmedTo) refuse(410, 'events-trimmed');
    else if (what === 'events')
      send(200, { events: log.filter(({ seq }) => seq > after).slice(0, 3), head: log.at(-1)?.seq ?? 0 });
    else {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': still here\r\n\r\n');
      const text = log
        .filter(({ seq }) => seq > after)
        .map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
        .join('');
      // In two halves, and then the connection goes.
      response.write(text.slice(0, text.length / 2), () => response.end(text.slice(text.length / 2)));
    }
  }

  async function publish(...events: SequencedEvent[]): Promise<void> {
    for (const event of events) {
      const given = headers();
      given.set(HEADER.type, event.type);
      given.set(HEADER.seq, String(event.seq));
      given.set(HEADER.time, event.time);
      given.set(HEADER.subject, event.subject ?? '');
      const subject = subjects.event(provider, EVENT_TYPE.itemAdded);
      await jetstream(nc).publish(subject, JSON.stringify(event.data), { headers: given });
    }
  }

  /** What is delivered up to this position, or to the end. */
  async function deliveries(
    until: number,
    options: Partial<FollowOptions<SequencedEvent>>,
  ): Promise<Delivery<SequencedEvent>[]> {
    const found: Delivery<SequencedEvent>[] = [];
    const events = natsEvents({ connection: nc });
    const all = follow<SequencedEvent>({
      url,
      providerId: provider,
      apiKey: KEY,
      events,
      idleMs: 300,
      ...options,
    });
    for await (const delivery of all) {
      found.push(delivery);
      if (delivery.type !== 'snapshot' && delivery.position >= until) break;
    }
    return found;
  }
  const seqs = (found: Delivery<SequencedEvent>[]) =>
    found.flatMap((delivery) => (delivery.type === 'events' ? delivery.events.map(({ seq }) => seq) : []));
  const oneTo = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i);

  it('gives the snapshot, then each event behind it once, from the stream alone where the stream has them', async () => {
    log = oneTo(1, 600).map(added);
    await publish(...log, added(599), added(600));
    const found = await deliveries(600, {});
    expect(found[0]).toMatchObject({ type: 'snapshot', reason: 'no-position', snapshot: { asOfSeq: 5 } });
    expect(seqs(found)).toEqual(oneTo(6, 600));
    expect(asked).toEqual(['snapshot']);
  });

  it('goes on behind the position that is handed back, and fills gaps from the log', async () => {
    log = oneTo(1, 20).map(added);
    await publish(...log.filter(({ seq }) => seq <= 4 || (seq >= 9 && seq <= 10) || seq >= 18));
    const found = await deliveries(20, { after: 2 });
    expect(seqs(found)).toEqual(oneTo(3, 20));
    expect(asked).toContain('events?after=4&limit=500');
  });

  it('reads the log when the stream holds nothing, and when it stays silent', async () => {
    log = oneTo(1, 8).map(added);
    const found: number[] = [];
    const all = follow({
      url,
      providerId: provider,
      apiKey: KEY,
      after: 0,
      events: natsEvents({ servers: server.url }),
      idleMs: 100,
    });
    for await (const delivery of all) {
      if (delivery.type === 'events') found.push(...delivery.events.map(({ seq }) => seq));
      // Committed, and never published.
      if (found.length === 8) log.push(added(9));
      if (found.length === 9) break;
    }
    expect(found).toEqual(oneTo(1, 9));
  });

  it('tells its reader to start over when events behind its position are gone', async () => {
    [trimmedTo, log] = [4, oneTo(5, 7).map(added)];
    const found = await deliveries(7, { after: 2 });
    expect(found[0]).toMatchObject({ type: 'snapshot', reason: 'events-trimmed', snapshot: { asOfSeq: 5 } });
    expect(seqs(found)).toEqual([6, 7]);
  });

  it('passes a pinned snapshot over for the newest that has a position', async () => {
    documents = {
      '': documentOf(null, { snapshotVersion: 2, pinned: true }),
      '4': documentOf(6, { snapshotVersion: 4 }),
      list: {
        snapshots: [
          { version: 4, asOfSeq: 6, pinned: false },
          { version: 2, asOfSeq: null, pinned: true },
        ],
      },
    };
    log = oneTo(1, 8).map(added);
    const found = await deliveries(8, {});
    expect(found[0]).toMatchObject({ snapshot: { snapshotVersion: 4, asOfSeq: 6 } });
    expect(seqs(found)).toEqual([7, 8]);
  });

  it('begins with nothing where there is no snapshot yet', async () => {
    documents = {};
    log = oneTo(1, 2).map(added);
    expect(seqs(await deliveries(2, {}))).toEqual([1, 2]);
  });

  it('ends when the provider is deleted: by its last event, or because it is gone', async () => {
    const end = { ...added(7), type: EVENT_TYPE.providerDeleted, data: { providerId: provider } };
    await publish(added(6), end);
    const byEvent = await deliveries(99, { after: 5 });
    expect(byEvent.at(-1)).toEqual({ type: 'deleted', position: 7 });
    isDeleted = true;
    expect(await deliveries(99, { after: 9 })).toEqual([{ type: 'deleted', position: 9 }]);
    await expect(deliveries(99, {})).rejects.toMatchObject({ code: 'provider-not-found' });
  });

  it('moves the position with events that are filtered out, and upcasts before the filter', async () => {
    await publish(...oneTo(6, 9).map(added));
    const upcasting = new Upcasting<SequencedEvent>(
      {
        [EVENT_TYPE.itemAdded]: (data) => ({ type: 'v2', data: { title: (data as { name: string }).name } }),
      },
      ['v2'],
    );
    const found = await deliveries(9, { after: 5, upcasting, only: ({ seq }) => seq === 7 });
    expect(seqs(found)).toEqual([7]);
    expect(found.flatMap((one) => (one.type === 'events' ? one.events : []))[0]?.data).toEqual({
      title: 'Film 7',
    });
    expect(found.at(-1)).toMatchObject({ position: 9 });
  });

  it('follows by server-sent events too, over broken connections', async () => {
    log = oneTo(1, 7).map(added);
    const troubles: string[] = [];
    const stop = new AbortController();
    const found: number[] = [];
    const events = sseEvents();
    const onTrouble = (error: Error) => troubles.push(error.message);
    for await (const delivery of follow({
      url,
      providerId: provider,
      apiKey: KEY,
      events,
      onTrouble,
      signal: stop.signal,
    })) {
      if (delivery.type !== 'events') continue;
      found.push(...delivery.events.map(({ seq }) => seq));
      if (log.length === 7 && found.includes(7)) log.push(added(8));
      if (found.includes(8)) stop.abort();
    }
    expect(found).toEqual([6, 7, 8]);
    expect(asked).toContain('events/stream?after=7');
    expect(troubles).toEqual([]);
  });

  it('ends at once when it is aborted, though nothing comes', async () => {
    const stop = new AbortController();
    const all = follow({
      url,
      providerId: provider,
      apiKey: KEY,
      after: 0,
      events: natsEvents({ connection: nc }),
      signal: stop.signal,
    });
    const next = all.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('throws what trying again cannot help, without the key', async () => {
    const error = await deliveries(1, { apiKey: 'csk_wrong' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'GatewayError', code: 'unauthenticated' });
    expect(JSON.stringify(error)).not.toContain('csk_wrong');
    await expect(deliveries(1, { after: -1 })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(deliveries(1, { providerId: '../x' })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('tells a snapshot that is not whole', async () => {
    documents = { '': { ...documentOf(5), movies: [] } };
    const snapshot = await loadSnapshot({ url, providerId: provider, apiKey: KEY });
    expect(snapshot.incompleteScopes).toEqual(['live']);
    const read = async () => {
      for await (const _entry of snapshot.entries());
    };
    await expect(read()).rejects.toMatchObject({ code: 'unusable-answer' });
  });
});
