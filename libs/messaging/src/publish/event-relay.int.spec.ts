import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENT_TYPE, HEADER, providerId, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import { event, ListLog } from '../../e2e/support/list-log.js';
import { connectNats } from '../connection/connect-nats.js';
import { provisionStreams } from '../provision/streams.js';
import { EventRelay } from './event-relay.js';

const provider = providerId('p1');

describe('EventRelay on nats-server', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let other: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'relay-test' });
    other = await connectNats({ url: server.url, name: 'relay-test-other' });
    manager = await jetstreamManager(nc);
  });
  afterAll(async () => {
    await nc?.close();
    await other?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    // A server under load may refuse or be late: a test must not start on what another has published.
    await waitFor(async () => {
      await manager.streams.delete(STREAM.events).catch(() => undefined);
      return manager.streams.info(STREAM.events).then(
        () => false,
        (error: unknown) =>
          error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound,
      );
    });
    await provisionStreams(nc);
  });

  /** The provider's sequence numbers as any subscriber sees them, in stream order. */
  const published = async (of: ProviderId = provider): Promise<number[]> => {
    const info = await manager.streams.info(STREAM.events);
    if (info.state.messages === 0) return [];
    const consumer = await jetstream(nc).consumers.get(STREAM.events, {
      filter_subjects: subjects.eventsOf(of),
    });
    const { num_pending } = await consumer.info();
    const seqs: number[] = [];
    if (num_pending === 0) return seqs;
    for await (const message of await consumer.consume({ max_messages: 1_000 })) {
      seqs.push(Number(message.headers?.get(HEADER.seq)));
      if (seqs.length === num_pending) break;
    }
    return seqs;
  };
  const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

  it('publishes the log from its beginning, in batches, as CloudEvents', async () => {
    const log = new ListLog();
    log.append(2_500);
    expect(await new EventRelay(nc, log).relay(provider)).toBe(2_500);
    expect(await published()).toEqual(oneTo(2_500));
    const last = await manager.streams.getMessage(STREAM.events, {
      last_by_subj: subjects.eventsOf(provider),
    });
    expect(last?.subject).toBe('catalogue.events.p1.movie.item-added');
    expect(last?.header.get(HEADER.id)).toBe('p1:2500');
    expect(last?.header.get(HEADER.messageId)).toBe('p1:2500');
    expect(last?.header.get(HEADER.type)).toBe(EVENT_TYPE.itemAdded);
    expect(last?.header.get(HEADER.subject)).toBe('movie:%C3%BC%202500');
    expect(last?.json()).toMatchObject({ seq: 2_500 });
  });

  it('says that events are coming before it publishes them, and nothing when there are none', async () => {
    const heard: string[] = [];
    const listen = (subject: string) =>
      other.subscribe(subject, { callback: (_error, message) => void heard.push(message.subject) });
    const subscriptions = [
      listen(subjects.eventsComingHint('*')),
      listen(subjects.event(provider, EVENT_TYPE.itemAdded)),
    ];
    await other.flush();
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    await relay.relay(provider);
    await relay.relay(provider, log.append(1));
    await waitFor(() => heard.length >= 2);
    expect(heard).toEqual([
      subjects.eventsComingHint(provider),
      subjects.event(provider, EVENT_TYPE.itemAdded),
    ]);
    for (const subscription of subscriptions) subscription.unsubscribe();
  });

  it('publishes fresh events from memory when they continue the tail, and goes to the log when they do not', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    expect(await relay.relay(provider, log.append(10))).toBe(10);
    expect(await relay.relay(provider, log.append(10))).toBe(20);
    expect(log.reads).toBe(0);
    log.append(5);
    expect(await relay.relay(provider, log.append(5))).toBe(30);
    expect(log.reads).toBeGreaterThan(0);
    expect(await published()).toEqual(oneTo(30));
  });

  it('publishes what is fresh once, however often it is told', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    const fresh = log.append(10);
    await relay.relay(provider, fresh);
    await relay.relay(provider, fresh);
    await new EventRelay(nc, log).relay(provider, fresh);
    expect(await published()).toEqual(oneTo(10));
  });

  it('never publishes beyond the log, and nothing when there is nothing', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    expect(await relay.relay(provider)).toBe(0);
    log.append(3);
    expect(await relay.relay(provider)).toBe(3);
    expect(await relay.relay(provider)).toBe(3);
    expect(await relay.relay(provider, [])).toBe(3);
    expect(await published()).toEqual([1, 2, 3]);
  });

  it('fences out a stale publisher, which reads the tail again and goes on', async () => {
    const log = new ListLog();
    const stale = new EventRelay(nc, log);
    const owner = new EventRelay(other, log);
    await stale.relay(provider, log.append(10));
    await owner.relay(provider);
    await owner.relay(provider, log.append(10));
    // The stale one still believes that the tail is 10, and would publish 11 to 20 again.
    expect(await stale.relay(provider, log.events.slice(10))).toBe(20);
    expect(await stale.relay(provider, log.append(1))).toBe(21);
    expect(await published()).toEqual(oneTo(21));
  });

  it('gives 1..n without a gap or repeat when two relays run at once', async () => {
    const log = new ListLog();
    const relays = [new EventRelay(nc, log), new EventRelay(other, log)];
    const work = relays.map(async (relay, index) => {
      for (let round = 0; round < 15; round++) {
        const fresh = index === 0 || round % 3 === 0 ? log.append(50) : undefined;
        await relay.relay(provider, fresh);
      }
    });
    await Promise.all(work);
    await relays[0]?.relay(provider);
    expect(await published()).toEqual(oneTo(log.events.length));
  });

  it('publishes all again when the stream was wiped', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    await relay.relay(provider, log.append(50));
    await manager.streams.delete(STREAM.events);
    await provisionStreams(nc);
    expect(await relay.relay(provider, log.append(1))).toBe(51);
    expect(await published()).toEqual(oneTo(51));
  });

  it('publishes a lost tail again, though the server remembers its message ids', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    await relay.relay(provider, log.append(20));
    const { state } = await manager.streams.info(STREAM.events);
    for (let seq = state.last_seq; seq > state.last_seq - 5; seq--) {
      await manager.streams.deleteMessage(STREAM.events, seq);
    }
    expect(await published()).toEqual(oneTo(15));
    expect(await new EventRelay(nc, log).relay(provider)).toBe(20);
    expect(await published()).toEqual(oneTo(20));
  });

  it('starts at the first retained event when the log was trimmed', async () => {
    const log = new ListLog();
    log.events.push(event(7), event(9), event(12));
    expect(await new EventRelay(nc, log).relay(provider)).toBe(12);
    expect(await published()).toEqual([7, 9, 12]);
  });

  it('does not publish again what the stream let go because it is full', async () => {
    const log = new ListLog();
    log.append(30);
    const relay = new EventRelay(nc, log);
    await relay.relay(provider);
    await manager.streams.update(STREAM.events, { max_bytes: 30_000 });
    const others = new ListLog();
    others.append(200);
    await new EventRelay(nc, others).relay(providerId('p2'));
    expect(await published()).toEqual([]);
    const reads = log.reads;
    expect(await relay.relay(provider)).toBe(30);
    expect(await published()).toEqual([]);
    expect(log.reads - reads).toBeLessThan(10);
    log.append(2);
    expect(await relay.relay(provider)).toBe(32);
    expect(await published()).toEqual([31, 32]);
  });

  it('publishes all of a provider again that was purged from a stream with room', async () => {
    const log = new ListLog();
    log.append(30);
    const relay = new EventRelay(nc, log);
    await relay.relay(provider);
    await new EventRelay(nc, new ListLog()).relay(providerId('p2'), [event(1)]);
    await manager.streams.purge(STREAM.events, { filter: subjects.eventsOf(provider) });
    expect(await relay.relay(provider)).toBe(30);
    expect(await published()).toEqual(oneTo(30));
  });

  it('is not disturbed by a batch that its publisher did not live to finish', async () => {
    const log = new ListLog();
    const relay = new EventRelay(nc, log);
    await relay.relay(provider, log.append(5));
    const subject = subjects.event(provider, EVENT_TYPE.itemAdded);
    for (let seq = 6; seq <= 8; seq++) {
      const headers = natsHeaders();
      headers.set('Nats-Batch-Id', 'dead');
      headers.set('Nats-Batch-Sequence', String(seq - 5));
      headers.set(HEADER.messageId, `p1:${seq}`);
      other.publish(subject, '{}', { headers });
    }
    await other.flush();
    expect(await relay.relay(provider, log.append(10))).toBe(15);
    expect(await published()).toEqual(oneTo(15));
    expect((await manager.streams.getMessage(STREAM.events, { seq: 6 }))?.json()).toMatchObject({ seq: 6 });
  });

  it('makes the stream when it is not there', async () => {
    await manager.streams.delete(STREAM.events);
    const log = new ListLog();
    expect(await new EventRelay(nc, log).relay(provider, log.append(3))).toBe(3);
    expect(await published()).toEqual([1, 2, 3]);
  });

  it('keeps providers apart', async () => {
    const logs = [new ListLog(), new ListLog()];
    const providers = [providerId('pa'), providerId('pb')];
    await Promise.all(
      logs.map(async (log, index) => {
        const relay = new EventRelay(index === 0 ? nc : other, log);
        for (let round = 0; round < 10; round++) await relay.relay(providers[index]!, log.append(100));
      }),
    );
    expect(await published(providers[0])).toEqual(oneTo(1_000));
    expect(await published(providers[1])).toEqual(oneTo(1_000));
  });

  it('publishes bodies of half a megabyte in bounded batches', async () => {
    const log = new ListLog();
    log.append(20, 490_000);
    expect(await new EventRelay(nc, log).relay(provider)).toBe(20);
    expect(await published()).toEqual(oneTo(20));
  });
});
