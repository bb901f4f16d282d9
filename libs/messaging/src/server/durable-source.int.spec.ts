import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CatalogueSyncError, FACT_TYPE, providerId, STREAM, subjects } from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { INestMicroservice } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { batchController, eventController, startReplica } from '../../e2e/support/replica.js';
import {
  connectNats,
  durableSource,
  MessagePublisher,
  PoisonMessage,
  provisionStreams,
  type DurableSourceOptions,
  type InboundMessage,
} from '../index.js';

const p1 = providerId('p1');
const FINISHED = FACT_TYPE.syncFinished;

describe('durableSource', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let manager: JetStreamManager;
  let replicas: INestMicroservice[];

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'durable-test' });
    manager = await jetstreamManager(nc);
  });
  afterAll(async () => {
    await nc?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    for (const stream of [STREAM.facts, STREAM.deadLetters]) {
      await manager.streams.delete(stream).catch(() => undefined);
    }
    await provisionStreams(nc);
    replicas = [];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  const source = (over: Partial<DurableSourceOptions> = {}) =>
    durableSource({
      stream: STREAM.facts,
      durable: 'test',
      filterSubjects: [subjects.factOfAll(FINISHED), subjects.factOfAll(FACT_TYPE.syncStarted)],
      types: [FINISHED],
      ...over,
    });
  const replica = async (
    handle: (message: InboundMessage) => unknown,
    over: Partial<DurableSourceOptions> = {},
  ) => {
    const made = await startReplica(nc, [source(over)], [eventController(FINISHED, handle)]);
    replicas.push(made);
    return made;
  };
  const publish = async (count: number, type: typeof FINISHED | typeof FACT_TYPE.syncStarted = FINISHED) => {
    const publisher = new MessagePublisher(nc);
    for (let index = 1; index <= count; index++) {
      await publisher.publish({
        subject: subjects.fact(p1, type),
        type,
        messageId: `${type}:${index}`,
        providerId: p1,
        body: JSON.stringify({ index }),
      });
    }
  };
  const indexOf = (message: InboundMessage) => message.json<{ index: number }>().index;
  const unacknowledged = async () => {
    const info = await manager.consumers.info(STREAM.facts, 'test');
    return info.num_pending + info.num_ack_pending;
  };

  it('calls the handler of a type with its envelope, acknowledges after it, and passes over other types', async () => {
    await publish(3);
    await publish(2, FACT_TYPE.syncStarted);
    const seen: InboundMessage[] = [];
    await replica((message) => void seen.push(message));
    await waitFor(async () => (await unacknowledged()) === 0);
    expect(seen.map(indexOf).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(seen[0]).toMatchObject({
      type: FINISHED,
      providerId: 'p1',
      subject: 'catalogue.facts.p1.sync-finished',
      deliveryCount: 1,
    });
    expect(seen[0]?.header('ce-specversion')).toBe('1.0');
  });

  it('acknowledges nothing while the handler runs, and keeps at most its concurrency running', async () => {
    await publish(10);
    let running = 0;
    let most = 0;
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    await replica(
      async () => {
        most = Math.max(most, ++running);
        await gate;
        running -= 1;
      },
      { concurrency: 3, ackWaitMs: 500 },
    );
    await waitFor(() => running === 3);
    const until = Date.now() + 1_200;
    await waitFor(() => Date.now() > until);
    expect(await unacknowledged()).toBe(10);
    open();
    await waitFor(async () => (await unacknowledged()) === 0);
    expect(most).toBe(3);
  });

  it('delivers again after a failure, until the handler succeeds', async () => {
    await publish(1);
    const counts: number[] = [];
    await replica((message) => {
      counts.push(message.deliveryCount);
      if (counts.length < 3) throw new Error('not yet');
    });
    await waitFor(async () => (await unacknowledged()) === 0);
    expect(counts).toEqual([1, 2, 3]);
  });

  it('parks what keeps failing and what is poison; the others flow', async () => {
    await publish(4);
    const done: number[] = [];
    await replica(
      (message) => {
        if (indexOf(message) === 2) throw new Error('always');
        if (indexOf(message) === 3) throw new PoisonMessage('never');
        done.push(indexOf(message));
      },
      { maxDeliver: 2 },
    );
    await waitFor(async () => (await unacknowledged()) === 0);
    expect(done.toSorted((a, b) => a - b)).toEqual([1, 4]);
    const info = await manager.streams.info(STREAM.deadLetters, { subjects_filter: '>' });
    expect(info.state.subjects).toEqual({
      'dead.CATALOGUE_FACTS.failing': 1,
      'dead.CATALOGUE_FACTS.poison': 1,
    });
  });

  it('does not park while another service is away', async () => {
    await publish(1);
    let tries = 0;
    await replica(
      () => {
        tries += 1;
        if (tries <= 4) throw new CatalogueSyncError('service-unavailable', 'away');
      },
      { maxDeliver: 1 },
    );
    await waitFor(async () => (await unacknowledged()) === 0 && tries === 5, { timeoutMs: 60_000 });
    expect((await manager.streams.info(STREAM.deadLetters)).state.messages).toBe(0);
  });

  it('shares the work among replicas: each message is handled once', async () => {
    await publish(40);
    const seen: number[] = [];
    const handle = (message: InboundMessage) => void seen.push(indexOf(message));
    await Promise.all([replica(handle), replica(handle)]);
    await waitFor(async () => seen.length >= 40 && (await unacknowledged()) === 0);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });

  it('keeps the order of the stream over all replicas where it is asked to, through failures', async () => {
    await publish(12);
    const done: number[] = [];
    const slow = async (message: InboundMessage) => {
      const index = indexOf(message);
      if (index % 4 === 0 && message.deliveryCount === 1) throw new Error('not at once');
      await pause(index % 2 === 0 ? 1 : 30);
      done.push(index);
    };
    await Promise.all([replica(slow, { inOrder: true }), replica(slow, { inOrder: true })]);
    await waitFor(async () => done.length >= 12 && (await unacknowledged()) === 0, { timeoutMs: 60_000 });
    expect(done).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  it('takes on the order when the consumer is there already without it', async () => {
    await (await replica(() => undefined)).close();
    await replica(() => undefined, { inOrder: true });
    expect((await manager.consumers.info(STREAM.facts, 'test')).config.max_ack_pending).toBe(1);
  });

  it('goes on when its stream is deleted under it', async () => {
    await publish(1);
    const seen: number[] = [];
    await replica((message) => void seen.push(indexOf(message)));
    await waitFor(() => seen.length === 1);
    await manager.streams.delete(STREAM.facts);
    await waitFor(() => manager.consumers.info(STREAM.facts, 'test'), { timeoutMs: 60_000 });
    await publish(1);
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([1, 1]);
  });

  it('waits for running handlers when it closes', async () => {
    await publish(1);
    let [begun, finished] = [false, false];
    let finish!: () => void;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    const made = await replica(async () => {
      begun = true;
      await gate;
      await new Promise(setImmediate);
      finished = true;
    });
    await waitFor(() => begun);
    const closing = made.close();
    finish();
    await closing;
    expect(finished).toBe(true);
    // Sent before the connection closed; the server takes it in when it comes to it.
    await waitFor(async () => (await unacknowledged()) === 0);
  });

  describe('refuses to boot', () => {
    const ignore = () => undefined;
    it('when a type has no handler, two handlers, or a handler no source', async () => {
      await expect(startReplica(nc, [source()], [])).rejects.toThrow(
        `${FINISHED} (source test) has no handler: add @EventPattern`,
      );
      await expect(
        startReplica(nc, [source()], [eventController(FINISHED, ignore), eventController(FINISHED, ignore)]),
      ).rejects.toThrow('two handlers');
      await expect(
        startReplica(nc, [source()], [eventController(FINISHED, ignore), batchController(ignore, 'orphan')]),
      ).rejects.toThrow('orphan has a handler and no source');
      await expect(
        startReplica(nc, [source(), source({ durable: 'other' })], [eventController(FINISHED, ignore)]),
      ).rejects.toThrow('fed by both test and other');
    });
  });
});
