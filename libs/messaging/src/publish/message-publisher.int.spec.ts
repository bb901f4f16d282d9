import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FACT_TYPE, providerId, STREAM, subjects } from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { DiscardPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../connection/connect-nats.js';
import type { OutboundMessage } from '../message/outbound-message.js';
import { provisionStreams } from '../provision/streams.js';
import { MessagePublisher } from './message-publisher.js';
import { OutboxRelay, type OutboxSource, type PendingMessage } from './outbox-relay.js';

const p1 = providerId('p1');

const message = (over: Partial<OutboundMessage> = {}): OutboundMessage => ({
  subject: subjects.fact(p1, FACT_TYPE.syncStarted),
  type: FACT_TYPE.syncStarted,
  messageId: 'fact:1',
  providerId: p1,
  body: '{}',
  ...over,
});

/** The outbox as a list: rows in order, and which are marked. */
class ListOutbox implements OutboxSource {
  readonly marked: string[] = [];
  failing = 0;
  constructor(readonly rows: PendingMessage[]) {}
  pending(limit: number): Promise<PendingMessage[]> {
    return Promise.resolve(this.rows.filter((row) => !this.marked.includes(row.id)).slice(0, limit));
  }
  markPublished(ids: string[]): Promise<void> {
    if (this.failing-- > 0) return Promise.reject(new Error('the database is away'));
    this.marked.push(...ids);
    return Promise.resolve();
  }
}

describe('publishing to nats-server', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'publish-test' });
    manager = await jetstreamManager(nc);
  });
  afterAll(async () => {
    await nc?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    await manager.streams.delete(STREAM.facts).catch(() => undefined);
    await provisionStreams(nc);
  });
  const stored = async () => (await manager.streams.info(STREAM.facts)).state.messages;

  it('stores a message with the whole envelope', async () => {
    const ack = await new MessagePublisher(nc).publish(
      message({
        itemSubject: 'movie:a\r\nb',
        reason: 'changed',
        seq: 7,
        headers: { extra: 'yes' },
        time: '2026-01-01T00:00:00Z',
      }),
    );
    expect(ack).toEqual({ streamSeq: 1, duplicate: false });
    const found = await manager.streams.getMessage(STREAM.facts, { seq: 1 });
    const headers = Object.fromEntries(
      (found?.header.keys() ?? []).map((name) => [name, found?.header.get(name)]),
    );
    expect(headers).toEqual({
      'Nats-Msg-Id': 'fact:1',
      'ce-id': 'fact:1',
      'ce-type': FACT_TYPE.syncStarted,
      'ce-source': '/catalogue-sync/providers/p1',
      'ce-specversion': '1.0',
      'ce-time': '2026-01-01T00:00:00Z',
      'ce-subject': 'movie:a%0D%0Ab',
      seq: '7',
      reason: 'changed',
      extra: 'yes',
    });
  });

  it('stores a repeated message id once and says so', async () => {
    const publisher = new MessagePublisher(nc);
    await publisher.publish(message());
    expect(await publisher.publish(message())).toMatchObject({ duplicate: true });
    expect(await stored()).toBe(1);
  });

  it('refuses a header that would break out of its line', async () => {
    await expect(
      new MessagePublisher(nc).publish(message({ headers: { a: 'b\r\nNats-Msg-Id: forged' } })),
    ).rejects.toThrow('Not a header');
  });

  it('waits for a stream that is not there yet', async () => {
    await manager.streams.delete(STREAM.facts);
    const publishing = new MessagePublisher(nc).publish(message());
    await nc.flush();
    await provisionStreams(nc);
    expect(await publishing).toMatchObject({ duplicate: false });
  });

  it('waits while a stream that drops nothing is full', async () => {
    await manager.streams.update(STREAM.facts, { max_msgs: 1, discard: DiscardPolicy.New });
    const publisher = new MessagePublisher(nc);
    await publisher.publish(message());
    let through = false;
    const second = publisher.publish(message({ messageId: 'fact:2' })).then(() => (through = true));
    const until = Date.now() + 200;
    await waitFor(() => Date.now() > until);
    expect(through).toBe(false);
    await manager.streams.purge(STREAM.facts);
    await second;
  });

  it('publishes an outbox in order, marks what it published, and looks when kicked', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({
      ...message({ messageId: `fact:${index}` }),
      id: String(index),
      time: '2026-01-01T00:00:00Z',
      body: JSON.stringify({ index }),
    }));
    const outbox = new ListOutbox(rows);
    outbox.failing = 1;
    const relay = new OutboxRelay(new MessagePublisher(nc), outbox);
    relay.start();
    await waitFor(() => outbox.marked.length === 250);
    outbox.rows.push({ ...rows[0]!, id: 'late', messageId: 'late' });
    relay.kick();
    await waitFor(() => outbox.marked.includes('late'), { timeoutMs: 500 });
    await relay.stop();
    // The rows that were published and could not be marked were published again: their ids made them one.
    expect(await stored()).toBe(251);
    for (const seq of [1, 100, 250]) {
      const found = await manager.streams.getMessage(STREAM.facts, { seq });
      expect(found?.json()).toEqual({ index: seq - 1 });
    }
  });

  it('provisions at once from several services, repeatedly, and keeps what streams hold', async () => {
    await new MessagePublisher(nc).publish(message());
    await manager.streams.update(STREAM.facts, { max_bytes: 1_000_000 });
    await Promise.all(Array.from({ length: 5 }, () => provisionStreams(nc)));
    const info = await manager.streams.info(STREAM.facts);
    expect(info.config.max_bytes).toBe(256 * 1024 ** 2);
    expect(info.state.messages).toBe(1);
    const pages = await manager.streams.info(STREAM.pages);
    expect(pages.config).toMatchObject({
      retention: 'workqueue',
      discard: 'new',
      storage: 'file',
      max_bytes: 1024 ** 3,
    });
    const events = await manager.streams.info(STREAM.events);
    expect(events.config).toMatchObject({ allow_atomic: true, allow_direct: true, max_bytes: 4 * 1024 ** 3 });
  });
});
