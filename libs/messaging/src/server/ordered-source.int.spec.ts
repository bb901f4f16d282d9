import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  EVENT_TYPE,
  providerId,
  STREAM,
  subjects,
  type ProviderId,
  type StoredEvent,
} from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { INestMicroservice } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { HeldDeliveries } from '../../e2e/support/held-deliveries.js';
import { LeaseTable } from '../../e2e/support/lease-table.js';
import { BATCH_PATTERN, batchController, startReplica } from '../../e2e/support/replica.js';
import {
  connectNats,
  EventRelay,
  partitionedSource,
  PoisonMessage,
  provisionStreams,
  type InboundMessage,
  type PartitionContext,
} from '../index.js';

const p1 = providerId('p1');

/** A projection in memory: folds each sequence number once, and remembers where it stands in the stream. */
class Projection {
  readonly folded: number[] = [];
  readonly handed: number[] = [];
  streamSeq?: number;

  fold(messages: readonly InboundMessage[]): void {
    for (const message of messages) {
      this.handed.push(message.seq ?? 0);
      if ((message.seq ?? 0) === this.folded.length + 1) this.folded.push(message.seq ?? 0);
      this.streamSeq = message.streamSeq;
    }
  }
}

describe('partitionedSource with an ordered consumer', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let manager: JetStreamManager;
  let leases: LeaseTable;
  let log: Map<ProviderId, StoredEvent[]>;
  let relay: EventRelay;
  let replicas: INestMicroservice[];

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'ordered-test' });
    manager = await jetstreamManager(nc);
  });
  afterAll(async () => {
    await nc?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    await manager.streams.delete(STREAM.events).catch(() => undefined);
    await provisionStreams(nc);
    leases = new LeaseTable();
    log = new Map();
    relay = new EventRelay(nc, {
      read: (provider, after, limit) =>
        Promise.resolve((log.get(provider) ?? []).filter((event) => event.seq > after).slice(0, limit)),
      head: (provider) => Promise.resolve(log.get(provider)?.length ?? 0),
    });
    replicas = [];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  const emit = async (provider: ProviderId, count: number): Promise<void> => {
    const events = log.get(provider) ?? [];
    log.set(provider, events);
    for (let index = 0; index < count; index++) {
      const seq = events.length + 1;
      events.push({
        seq,
        type: EVENT_TYPE.itemAdded,
        kind: 'movie',
        subject: `movie:${seq}`,
        time: new Date().toISOString(),
        data: JSON.stringify({ seq }),
      });
    }
    await relay.relay(provider);
  };
  const replica = async (
    handle: (messages: InboundMessage[], context: PartitionContext) => unknown,
    start: (provider: ProviderId) => { streamSeq?: number } = () => ({}),
    owner = 'one',
    connection = nc,
  ) => {
    const source = partitionedSource({
      name: 'events',
      stream: STREAM.events,
      filterSubject: subjects.eventsOf,
      ownership: leases.ownership(owner),
      consumer: { kind: 'ordered', start: (provider) => Promise.resolve(start(provider)) },
      batchPattern: BATCH_PATTERN,
      batch: { maxUnits: 500, units: () => 1, maxMessages: 500, maxWaitMs: 20 },
      discoverEveryMs: 50,
      idleReleaseMs: 200,
    });
    const made = await startReplica(connection, [source], [batchController(handle)]);
    replicas.push(made);
    return { made, source };
  };
  const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

  it('reads everything once, in order, and what comes later', async () => {
    await emit(p1, 5_000);
    const projection = new Projection();
    await replica(
      (messages) => projection.fold(messages),
      () => ({ streamSeq: projection.streamSeq }),
    );
    await waitFor(() => projection.folded.length === 5_000);
    expect(projection.handed).toEqual(oneTo(5_000));
    await waitFor(() => leases.owner(p1) === undefined);
    await emit(p1, 10);
    await waitFor(() => projection.folded.length === 5_010);
    // It begins again with the message it was told, which was folded before.
    expect(projection.handed).toEqual([...oneTo(5_000), 5_000, ...oneTo(5_010).slice(5_000)]);
  });

  it('leaves a provider alone that was read to its end', async () => {
    await emit(p1, 10);
    const projection = new Projection();
    await replica(
      (messages) => projection.fold(messages),
      () => ({ streamSeq: projection.streamSeq }),
    );
    await waitFor(() => projection.folded.length === 10);
    await waitFor(() => leases.owner(p1) === undefined);
    const rounds = Date.now() + 500;
    await waitFor(() => Date.now() > rounds);
    expect(leases.rows.get(p1)?.token).toBe(1);
  });

  it('is not through while a message that the server has sent is still on its way', async () => {
    await emit(p1, 3);
    const projection = new Projection();
    const deliveries = new HeldDeliveries(nc);
    await replica(
      (messages) => projection.fold(messages),
      () => ({ streamSeq: projection.streamSeq }),
      'one',
      deliveries.connection,
    );
    await waitFor(() => projection.folded.length === 3);
    deliveries.hold();
    await emit(p1, 1);
    // Longer than a provider may be idle, and than a look for work takes: the message is counted, and nobody has read it.
    await sleep(1_000);
    deliveries.letGo();
    await waitFor(() => projection.folded.length === 4, { timeoutMs: 10_000 });
    expect(projection.folded).toEqual(oneTo(4));
  });

  it('reads what came while as much went from the stream', async () => {
    await emit(p1, 10);
    const projection = new Projection();
    const read = (messages: InboundMessage[]) => projection.fold(messages);
    await replica(read, () => ({ streamSeq: projection.streamSeq }));
    await waitFor(() => projection.folded.length === 10);
    await waitFor(() => leases.owner(p1) === undefined);
    // Between two looks, so that its number of messages is never another one.
    await Promise.all([
      emit(p1, 3),
      manager.streams.purge(STREAM.events, { filter: subjects.eventsOf(p1), seq: 4 }),
    ]);
    await waitFor(() => projection.folded.length === 13, { timeoutMs: 10_000 });
    expect(projection.folded).toEqual(oneTo(13));
  });

  it('hands over again from the position of the handler when a batch failed, and parks nothing by itself', async () => {
    await emit(p1, 1_200);
    const projection = new Projection();
    let failures = 7;
    await replica(
      (messages) => {
        if (messages.some((message) => message.seq === 700) && failures-- > 0) throw new Error('not now');
        projection.fold(messages);
      },
      () => ({ streamSeq: projection.streamSeq }),
    );
    await waitFor(() => projection.folded.length === 1_200, { timeoutMs: 60_000 });
    expect((await manager.streams.info(STREAM.deadLetters)).state.messages).toBe(0);
  });

  it('goes past a message that its handler declares poison', async () => {
    await emit(p1, 3);
    const handed: number[] = [];
    await replica((messages) => {
      if (messages.some((message) => message.seq === 2)) throw new PoisonMessage('no');
      handed.push(...messages.map((message) => message.seq ?? 0));
    });
    await waitFor(() => handed.includes(3));
    expect(handed).toEqual([1, 3]);
  });

  it('begins at the beginning when the stream was wiped and filled again', async () => {
    await emit(p1, 50);
    const projection = new Projection();
    await replica(
      (messages) => projection.fold(messages),
      () => ({ streamSeq: projection.streamSeq }),
    );
    await waitFor(() => projection.folded.length === 50);
    await manager.streams.delete(STREAM.events);
    await provisionStreams(nc);
    await emit(p1, 5);
    await waitFor(() => projection.folded.length === 55, { timeoutMs: 60_000 });
    expect(projection.folded).toEqual(oneTo(55));
  });

  it('is taken over where the first left off', async () => {
    await emit(p1, 2_000);
    const projection = new Projection();
    const start = () => ({ streamSeq: projection.streamSeq });
    let hang = true;
    await replica((messages) => {
      if (hang && projection.folded.length >= 1_000) return new Promise<void>(() => undefined);
      projection.fold(messages);
      return undefined;
    }, start);
    await waitFor(() => projection.folded.length >= 1_000);
    hang = false;
    leases.giveBack(p1);
    await replica((messages) => projection.fold(messages), start, 'two');
    await waitFor(() => projection.folded.length === 2_000);
    expect(projection.folded).toEqual(oneTo(2_000));
    // The handler that hangs holds up the first replica's end for the drain limit and no longer.
  });

  it('looks at once when a message says that a provider has events', async () => {
    const projection = new Projection();
    const source = partitionedSource({
      name: 'events',
      stream: STREAM.events,
      filterSubject: subjects.eventsOf,
      ownership: leases.ownership('one'),
      consumer: { kind: 'ordered', start: () => Promise.resolve({}) },
      batchPattern: BATCH_PATTERN,
      batch: { maxUnits: 10, units: () => 1, maxMessages: 10, maxWaitMs: 10 },
      discover: () => Promise.resolve([]),
      discoverEveryMs: 60_000,
      wokenBy: subjects.eventsComingHint('*'),
    });
    replicas.push(
      await startReplica(nc, [source], [batchController((messages) => projection.fold(messages))]),
    );
    await emit(p1, 3);
    nc.publish(subjects.eventsComingHint(p1));
    await waitFor(() => projection.folded.length === 3);
    expect(projection.folded).toEqual([1, 2, 3]);
  });
});
