import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PAGE_MESSAGE_TYPE, providerId, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { startNats, waitFor, type TestNats } from '@catalogue-sync/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { INestMicroservice } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { LeaseTable } from '../../e2e/support/lease-table.js';
import { BATCH_PATTERN, batchController, startReplica } from '../../e2e/support/replica.js';
import {
  connectNats,
  DEAD_LETTER_HEADER,
  MessagePublisher,
  partitionedSource,
  PoisonMessage,
  provisionStreams,
  type InboundMessage,
  type PartitionContext,
  type PartitionedSourceOptions,
} from '../index.js';

const p1 = providerId('p1');
const p2 = providerId('p2');

interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}
function deferred(): Deferred {
  let settle!: Omit<Deferred, 'promise'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

describe('partitionedSource on a work queue', () => {
  let server: TestNats;
  let nc: NatsConnection;
  let manager: JetStreamManager;
  let publisher: MessagePublisher;
  let leases: LeaseTable;
  let replicas: INestMicroservice[];

  beforeAll(async () => {
    server = await startNats();
    nc = await connectNats({ url: server.url, name: 'partition-test' });
    manager = await jetstreamManager(nc);
    publisher = new MessagePublisher(nc);
  });
  afterAll(async () => {
    await nc?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    for (const stream of [STREAM.pages, STREAM.deadLetters]) {
      await manager.streams.delete(stream).catch(() => undefined);
    }
    await provisionStreams(nc);
    leases = new LeaseTable();
    replicas = [];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  const publish = async (provider: ProviderId, names: (number | string)[], bytes = 10): Promise<void> => {
    for (const name of names) {
      await publisher.publish({
        subject: subjects.page(provider, 'vod'),
        type: PAGE_MESSAGE_TYPE.pageFetched,
        messageId: `${provider}:${name}:${Math.random()}`,
        providerId: provider,
        body: JSON.stringify({ name, fill: 'x'.repeat(bytes) }),
      });
    }
  };
  const nameOf = (message: InboundMessage): number | string => message.json<{ name: number | string }>().name;
  const left = async (): Promise<number> => (await manager.streams.info(STREAM.pages)).state.messages;
  const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

  const source = (owner: string, over: Partial<PartitionedSourceOptions> = {}, ttlMs?: number) =>
    partitionedSource({
      name: 'pages',
      stream: STREAM.pages,
      filterSubject: subjects.pagesOf,
      ownership: leases.ownership(owner, ttlMs),
      consumer: { kind: 'work-queue', durable: (provider) => `test-${provider}`, ackWaitMs: 2_000 },
      batchPattern: BATCH_PATTERN,
      batch: { maxUnits: 10, units: () => 1, maxMessages: 10, maxWaitMs: 20 },
      discoverEveryMs: 50,
      idleReleaseMs: 300,
      ...over,
    });
  const replica = async (
    handle: (messages: InboundMessage[], context: PartitionContext) => unknown,
    over: Partial<PartitionedSourceOptions> = {},
    owner = 'one',
    ttlMs?: number,
  ) => {
    const made = await startReplica(nc, [source(owner, over, ttlMs)], [batchController(handle)]);
    replicas.push(made);
    return made;
  };

  it('hands over every message once, in order, in batches within the limits, and acknowledges them', async () => {
    await publish(p1, oneTo(95));
    const seen: (number | string)[] = [];
    const sizes: number[] = [];
    await replica((messages, context) => {
      expect(context.providerId).toBe(p1);
      expect(context.lease).toMatchObject({ owner: 'one', token: 1 });
      sizes.push(messages.length);
      seen.push(...messages.map(nameOf));
    });
    await waitFor(async () => (await left()) === 0);
    expect(seen).toEqual(oneTo(95));
    expect(Math.max(...sizes)).toBe(10);
  });

  it('closes a batch by units, and hands over a message that is too big for any batch alone', async () => {
    const batches: (number | string)[][] = [];
    await publish(p1, [4, 4, 4, 25, 3, 7, 1]);
    await replica((messages) => void batches.push(messages.map(nameOf)), {
      batch: { maxUnits: 10, units: (message) => Number(nameOf(message)), maxMessages: 100, maxWaitMs: 200 },
    });
    await waitFor(async () => (await left()) === 0);
    expect(batches).toEqual([[4, 4], [4], [25], [3, 7], [1]]);
  });

  it('acknowledges only what is settled, in order, with at most two batches unsettled', async () => {
    await publish(p1, oneTo(40));
    const settling: Deferred[] = [];
    await replica(() => {
      const settled = deferred();
      settling.push(settled);
      return { settled: settled.promise };
    });
    await waitFor(() => settling.length === 2);
    expect(await left()).toBe(40);
    // The second settles first: nothing may be acknowledged before the first.
    settling[1]!.resolve();
    await nc.flush();
    expect(await left()).toBe(40);
    settling[0]!.resolve();
    await waitFor(async () => (await left()) === 20);
    await waitFor(() => settling.length === 4);
    settling[2]!.resolve();
    settling[3]!.resolve();
    await waitFor(async () => (await left()) === 0);
  });

  it('tries a failed batch again, in order, before anything behind it', async () => {
    await publish(p1, oneTo(30));
    const done: (number | string)[] = [];
    let failures = 2;
    await replica((messages) => {
      if (nameOf(messages[0]!) === 11 && failures-- > 0) throw new Error('not now');
      done.push(...messages.map(nameOf));
    });
    await waitFor(async () => (await left()) === 0);
    expect(done).toEqual(oneTo(30));
  });

  it('hands over again, in order, what was handed over behind a batch whose settling failed', async () => {
    await publish(p1, oneTo(20));
    const attempts: (number | string)[] = [];
    const first = deferred();
    await replica((messages) => {
      const head = nameOf(messages[0]!);
      attempts.push(head);
      if (head === 1 && attempts.length === 1) return { settled: first.promise };
      return { settled: Promise.resolve() };
    });
    await waitFor(() => attempts.length === 2);
    first.reject(new Error('the relay failed'));
    await waitFor(async () => (await left()) === 0);
    expect(attempts).toEqual([1, 11, 1, 11]);
  });

  it('parks a message that keeps failing with its headers, body and reason, and the others flow', async () => {
    await publish(p1, oneTo(15));
    await publish(p2, oneTo(5));
    const done: string[] = [];
    const parked: string[] = [];
    await replica(
      (messages, context) => {
        if (messages.some((message) => context.providerId === p1 && nameOf(message) === 7)) {
          throw new Error('cannot read page 7 of http://u:p@portal/x?token=secret');
        }
        done.push(...messages.map((message) => `${context.providerId}:${nameOf(message)}`));
      },
      {
        poisonAfter: 2,
        onParked: (message, reason, context) => {
          parked.push(`${context.providerId}:${nameOf(message)} ${reason}`);
          return Promise.resolve();
        },
      },
    );
    await waitFor(async () => (await left()) === 0, { timeoutMs: 15_000 });
    expect(done.filter((name) => name.startsWith('p1')).sort()).toEqual(
      oneTo(15).filter((n) => n !== 7).map((n) => `p1:${n}`).sort(),
    );
    expect(done.filter((name) => name.startsWith('p2'))).toEqual(oneTo(5).map((n) => `p2:${n}`));
    expect(parked).toEqual(['p1:7 Error: cannot read page 7 of http://portal/x']);
    const letter = await manager.streams.getMessage(STREAM.deadLetters, { last_by_subj: 'dead.>' });
    expect(letter?.subject).toBe('dead.CATALOGUE_PAGES.failing');
    expect(letter?.json()).toMatchObject({ name: 7 });
    expect(letter?.header.get(DEAD_LETTER_HEADER.subject)).toBe('catalogue.pages.p1.vod');
    expect(letter?.header.get('ce-type')).toBe(PAGE_MESSAGE_TYPE.pageFetched);
    expect(letter?.header.get(DEAD_LETTER_HEADER.reason)).not.toContain('secret');
  });

  it('parks at once what its handler declares poison', async () => {
    await publish(p1, [1, 2, 3]);
    const attempts: (number | string)[][] = [];
    await replica((messages) => {
      attempts.push(messages.map(nameOf));
      if (messages.some((message) => nameOf(message) === 2)) throw new PoisonMessage('not a page');
    });
    await waitFor(async () => (await left()) === 0);
    expect(attempts).toEqual([[1, 2, 3], [1], [2], [3]]);
    const letter = await manager.streams.getMessage(STREAM.deadLetters, { last_by_subj: 'dead.>' });
    expect(letter?.subject).toBe('dead.CATALOGUE_PAGES.poison');
    expect(letter?.header.get(DEAD_LETTER_HEADER.reason)).toBe('not%20a%20page');
  });

  it('parks nothing while the database is away, however long', async () => {
    await publish(p1, [1, 2, 3]);
    let tries = 0;
    let away = true;
    const done: (number | string)[] = [];
    await replica(
      (messages) => {
        tries += 1;
        if (away) throw new Error('query failed', { cause: Object.assign(new Error('down'), { code: '57P03' }) });
        done.push(...messages.map(nameOf));
      },
      { poisonAfter: 1 },
    );
    await waitFor(() => tries >= 5, { timeoutMs: 15_000 });
    away = false;
    await waitFor(async () => (await left()) === 0, { timeoutMs: 15_000 });
    expect(done).toEqual([1, 2, 3]);
    expect((await manager.streams.info(STREAM.deadLetters)).state.messages).toBe(0);
  });

  it('stops acknowledging and aborts the signal when ownership is lost; the new owner gets all of it, in order', async () => {
    await publish(p1, oneTo(25));
    const hung = deferred();
    const signals: AbortSignal[] = [];
    const first = await replica(
      (_messages, context) => {
        signals.push(context.signal);
        return { settled: hung.promise };
      },
      {},
      'one',
      600,
    );
    await waitFor(() => signals.length === 2);
    leases.steal(p1, 'thief');
    await waitFor(() => signals[0]!.aborted);
    hung.resolve();
    await first.close();
    expect(await left()).toBe(25);
    leases.giveBack(p1);
    const seen: (number | string)[] = [];
    const tokens = new Set<number>();
    await replica(
      (messages, context) => {
        tokens.add(context.lease.token);
        seen.push(...messages.map(nameOf));
      },
      {},
      'two',
    );
    await waitFor(async () => (await left()) === 0);
    expect(seen).toEqual(oneTo(25));
    expect([...tokens]).toEqual([3]);
  });

  it('gives up a lease that it could not renew before it ran out', async () => {
    await publish(p1, oneTo(3));
    const hung = deferred();
    let signal: AbortSignal | undefined;
    await replica(
      (_messages, context) => {
        signal = context.signal;
        return hung.promise;
      },
      {},
      'one',
      500,
    );
    await waitFor(() => signal);
    leases.failing = true;
    await waitFor(() => signal!.aborted, { timeoutMs: 3_000 });
    expect(await left()).toBe(3);
    hung.resolve();
    leases.failing = false;
    await waitFor(async () => (await left()) === 0);
  });

  it('renews while it works longer than the lease lasts, and messages do not come twice meanwhile', async () => {
    await publish(p1, oneTo(20));
    const slow = deferred();
    let handed = 0;
    await replica(
      (messages) => {
        handed += messages.length;
        return slow.promise;
      },
      { consumer: { kind: 'work-queue', durable: (provider) => `test-${provider}`, ackWaitMs: 600 } },
      'one',
      450,
    );
    const until = Date.now() + 2_000;
    await waitFor(() => Date.now() > until);
    expect(leases.owner(p1)).toBe('one');
    expect(leases.rows.get(p1)?.token).toBe(1);
    slow.resolve();
    await waitFor(async () => (await left()) === 0);
    expect(handed).toBe(20);
  });

  it('releases a provider that has no more messages, and takes it again when some come', async () => {
    await publish(p1, [1]);
    const seen: (number | string)[] = [];
    await replica((messages) => void seen.push(...messages.map(nameOf)));
    await waitFor(() => seen.length === 1);
    await waitFor(() => leases.owner(p1) === undefined);
    await waitFor(async () => (await manager.consumers.list(STREAM.pages).next()).length === 0);
    await publish(p1, [2]);
    await waitFor(() => seen.length === 2);
    expect(leases.rows.get(p1)?.token).toBe(2);
  });

  it('shares providers among replicas, each provider in order', async () => {
    const providers = Array.from({ length: 6 }, (_, index) => providerId(`pr${index}`));
    for (const provider of providers) await publish(provider, oneTo(30));
    const seen = new Map<string, (number | string)[]>();
    const handle = (messages: InboundMessage[], context: PartitionContext): void => {
      const list = seen.get(context.providerId) ?? [];
      list.push(...messages.map(nameOf));
      seen.set(context.providerId, list);
    };
    await Promise.all([replica(handle, {}, 'one'), replica(handle, {}, 'two')]);
    await waitFor(async () => (await left()) === 0, { timeoutMs: 15_000 });
    for (const provider of providers) expect(seen.get(provider)).toEqual(oneTo(30));
  });

  it('holds a bounded amount of messages and bytes', async () => {
    await publish(p1, oneTo(30), 400_000);
    const gate = deferred();
    await replica(() => gate.promise, { buffer: { maxBytes: 3_000_000 }, batch: { maxUnits: 2, units: () => 1, maxMessages: 2, maxWaitMs: 10 } });
    const consumer = await waitFor(() => manager.consumers.info(STREAM.pages, 'test-p1'));
    expect(consumer.config.max_deliver).toBe(-1);
    const until = Date.now() + 700;
    await waitFor(() => Date.now() > until);
    const { num_ack_pending } = await manager.consumers.info(STREAM.pages, 'test-p1');
    expect(num_ack_pending).toBeGreaterThanOrEqual(5);
    expect(num_ack_pending).toBeLessThanOrEqual(8);
    gate.resolve();
    await waitFor(async () => (await left()) === 0, { timeoutMs: 15_000 });
  });

  it('waits for a running handler when it closes and acknowledges it; what was not begun stays', async () => {
    await publish(p1, oneTo(30));
    const running = deferred();
    let begun = 0;
    const made = await replica(async () => {
      begun += 1;
      await running.promise;
    });
    await waitFor(() => begun === 1);
    const closing = made.close();
    const again = made.close();
    running.resolve();
    await Promise.all([closing, again]);
    expect(begun).toBe(1);
    expect(await left()).toBe(20);
    expect(leases.owner(p1)).toBeUndefined();
  });

  it('goes on when its consumer is deleted under it, and when the stream is', async () => {
    await publish(p1, oneTo(3));
    const seen: (number | string)[] = [];
    await replica((messages) => void seen.push(...messages.map(nameOf)), { idleReleaseMs: 20_000 });
    await waitFor(() => seen.length === 3);
    await manager.consumers.delete(STREAM.pages, 'test-p1');
    await publish(p1, [4]);
    await waitFor(() => seen.includes(4));
    await manager.streams.delete(STREAM.pages);
    await waitFor(() => manager.streams.info(STREAM.pages), { timeoutMs: 15_000 });
    await publish(p1, [5]);
    await waitFor(() => seen.includes(5), { timeoutMs: 15_000 });
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
  });
});
