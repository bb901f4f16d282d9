import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { PAGE_MESSAGE_TYPE, providerId, STREAM, subjects, type ProviderId } from '@catalogue-sync/contracts';
import { startNats, type TestNats } from '@catalogue-sync/testing';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { INestMicroservice } from '@nestjs/common';
import {
  connectNats,
  MessagePublisher,
  partitionedSource,
  provisionStreams,
  type InboundMessage,
  type PartitionContext,
  type PartitionedSourceOptions,
} from '../../src/index.js';
import { LeaseTable } from './lease-table.js';
import { BATCH_PATTERN, batchController, startReplica } from './replica.js';

export const p1 = providerId('p1');
export const p2 = providerId('p2');

export type PageName = number | string;

export const nameOf = (message: InboundMessage): PageName => message.json<{ name: PageName }>().name;
export const oneTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

export interface Deferred {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}
export function deferred(): Deferred {
  let settle!: Omit<Deferred, 'promise'>;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

/** The work queue on a server of its own, empty before each test, with replicas that read it and end with the test. */
export class PageQueue {
  nc!: NatsConnection;
  manager!: JetStreamManager;
  leases = new LeaseTable();
  private server!: TestNats;
  private publisher!: MessagePublisher;
  private replicas: INestMicroservice[] = [];
  private published = 0;

  /** Call in a `describe`: sets up and tears down around its tests. */
  static use(): PageQueue {
    const queue = new PageQueue();
    beforeAll(() => queue.start());
    afterAll(() => queue.stop());
    beforeEach(() => queue.empty());
    afterEach(async () => {
      await Promise.all(queue.replicas.map((replica) => replica.close()));
    });
    return queue;
  }

  async publish(provider: ProviderId, names: readonly PageName[], bytes = 10): Promise<void> {
    for (const name of names) {
      await this.publisher.publish({
        subject: subjects.page(provider, 'vod'),
        type: PAGE_MESSAGE_TYPE.pageFetched,
        messageId: `${provider}:${++this.published}`,
        providerId: provider,
        body: JSON.stringify({ name, fill: 'x'.repeat(bytes) }),
      });
    }
  }

  /** Messages that are not acknowledged. */
  async left(): Promise<number> {
    return (await this.manager.streams.info(STREAM.pages)).state.messages;
  }

  async replica(
    handle: (messages: InboundMessage[], context: PartitionContext) => unknown,
    over: Partial<PartitionedSourceOptions> = {},
    owner = 'one',
    ttlMs?: number,
  ): Promise<INestMicroservice> {
    const source = partitionedSource({
      name: 'pages',
      stream: STREAM.pages,
      filterSubject: subjects.pagesOf,
      ownership: this.leases.ownership(owner, ttlMs),
      consumer: { kind: 'work-queue', durable: (provider) => `test-${provider}`, ackWaitMs: 2_000 },
      batchPattern: BATCH_PATTERN,
      // On a busy machine messages that are all there come with pauses: batches are to be full none the less.
      batch: { maxUnits: 10, units: () => 1, maxMessages: 10, maxWaitMs: 400 },
      discoverEveryMs: 50,
      idleReleaseMs: 300,
      ...over,
    });
    const made = await startReplica(this.nc, [source], [batchController(handle)]);
    this.replicas.push(made);
    return made;
  }

  private async start(): Promise<void> {
    this.server = await startNats();
    this.nc = await connectNats({ url: this.server.url, name: 'page-queue-test' });
    this.manager = await jetstreamManager(this.nc);
    this.publisher = new MessagePublisher(this.nc);
  }

  private async stop(): Promise<void> {
    await this.nc?.close();
    await this.server?.stop();
  }

  private async empty(): Promise<void> {
    for (const stream of [STREAM.pages, STREAM.deadLetters]) {
      await this.manager.streams.delete(stream).catch(() => undefined);
    }
    await provisionStreams(this.nc);
    this.leases = new LeaseTable();
    this.replicas = [];
  }
}
