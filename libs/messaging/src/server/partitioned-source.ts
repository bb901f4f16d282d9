import {
  providerOfSubject,
  STREAM_SUBJECTS,
  type ProviderId,
  type StreamName,
} from '@catalogue-sync/contracts';
import type { Subscription } from '@nats-io/transport-node';
import type { InboundMessage } from '../message/inbound-message.js';
import type { BatchLimits } from './batch-collector.js';
import { DeadLetters } from './dead-letters.js';
import { describeFailure } from './failure.js';
import type { PartitionContext } from './jetstream.context.js';
import { PartitionConsumer, type PartitionConsumerOptions } from './partition-consumer.js';
import { GivenDiscovery, StreamDiscovery, type PartitionDiscovery } from './partition-discovery.js';
import { PartitionHold } from './partition-hold.js';
import type { PartitionOwnership } from './partition-ownership.js';
import { PartitionWorker } from './partition-worker.js';
import type { Source, SourceRuntime } from './source.js';
import { WakeUp } from './wake-up.js';

export interface PartitionedSourceOptions {
  name: string;
  stream: StreamName;
  /** The provider's messages. */
  filterSubject: (provider: ProviderId) => string;
  ownership: PartitionOwnership;
  consumer: PartitionConsumerOptions;
  /** The `@EventPattern` of the one handler: `handler(messages: InboundMessage[], context: PartitionContext)`. */
  batchPattern: string;
  batch: BatchLimits;
  /** Providers that may have messages; default: looks at the stream. */
  discover?: () => Promise<ProviderId[]>;
  /** Between two looks for providers, ms; default 250. */
  discoverEveryMs?: number;
  /** A core NATS subject, a wildcard in the provider's place: whoever a message names is looked at now instead of at the next round. */
  wokenBy?: string;
  /** A provider without messages for this long is released, ms; default 2000. */
  idleReleaseMs?: number;
  /**
   * Failures of one message alone before it is parked. Default 5 on a work queue; an ordered consumer parks only what its handler
   * declares as poison, because a fold cannot leave out a message.
   */
  poisonAfter?: number;
  /** Called after a message went to the dead letters and before it is acknowledged; may be called again for the same one. */
  onParked?: (message: InboundMessage, reason: string, context: PartitionContext) => Promise<void>;
  /** Providers consumed at once by this process; default 16. */
  maxPartitions?: number;
  /** What a provider may hold in memory: default 4 MB, and four batches of messages. */
  buffer?: { maxMessages?: number; maxBytes?: number };
}

/**
 * Each provider's messages in order, in batches, by the one replica that owns the provider. A handler may answer `{ settled }`: the
 * next batch then comes while the former settles (two at most), and acknowledgements follow in order.
 */
export function partitionedSource(options: PartitionedSourceOptions): Source {
  return new PartitionSupervisor(options);
}

/** After a refusal the lease is asked for again after this long, ms; then at growing distances, up to a third of its time. */
const ASK_AGAIN_MS = 250;

class PartitionSupervisor implements Source {
  readonly name: string;
  readonly patterns: readonly string[];
  private readonly workers = new Map<ProviderId, PartitionWorker>();
  private readonly refusals = new Map<ProviderId, { askAt: number; waitMs: number }>();
  private readonly woken = new Set<ProviderId>();
  private readonly wakeUp = new WakeUp();
  private wakes?: Subscription;
  private stopped = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: PartitionedSourceOptions) {
    this.name = options.name;
    this.patterns = [options.batchPattern];
  }

  start(runtime: SourceRuntime): Promise<void> {
    const { discover, stream, consumer, filterSubject } = this.options;
    const discovery = discover
      ? new GivenDiscovery(discover)
      : new StreamDiscovery(
          runtime.nc,
          stream,
          STREAM_SUBJECTS[stream],
          consumer.kind === 'ordered' ? filterSubject : undefined,
        );
    if (this.options.wokenBy !== undefined) {
      this.wakes = runtime.nc.subscribe(this.options.wokenBy, {
        callback: (error, { subject }) => {
          if (error === null) this.wake(providerOfSubject(subject));
        },
      });
    }
    this.loop = this.run(runtime, discovery);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wakes?.unsubscribe();
    this.wakeUp.notify();
    // At once: a look for work may take its time. What it takes on meanwhile is stopped after it.
    const stopping = this.stopWorkers();
    await this.loop;
    await Promise.all([stopping, this.stopWorkers()]);
  }

  private wake(provider: ProviderId | undefined): void {
    if (provider === undefined || this.workers.has(provider)) return;
    this.woken.add(provider);
    this.wakeUp.notify();
  }

  private async stopWorkers(): Promise<void> {
    await Promise.all([...this.workers.values()].map((worker) => worker.stop()));
  }

  private async run(runtime: SourceRuntime, discovery: PartitionDiscovery): Promise<void> {
    while (!this.stopped) {
      try {
        const found = new Set(await discovery.find());
        for (const provider of this.woken) found.add(provider);
        this.woken.clear();
        for (const provider of found) {
          if (this.stopped) break;
          await this.tryToOwn(runtime, discovery, provider);
        }
      } catch (error) {
        runtime.log.warn(`${this.name}: cannot look for work, trying again: ${describeFailure(error)}`);
        await runtime.ensureStreams().catch(() => undefined);
      }
      if (!this.stopped) await this.wakeUp.wait(this.options.discoverEveryMs ?? 250);
    }
  }

  private async tryToOwn(
    runtime: SourceRuntime,
    discovery: PartitionDiscovery,
    provider: ProviderId,
  ): Promise<void> {
    const now = performance.now();
    const refused = this.refusals.get(provider);
    if (this.workers.has(provider) || (refused && refused.askAt > now)) return;
    if (this.workers.size >= (this.options.maxPartitions ?? 16)) return;
    const lease = await this.options.ownership.acquire(provider);
    if (!lease) {
      const most = Math.max(ASK_AGAIN_MS, this.options.ownership.ttlMs / 3);
      const waitMs = Math.min(most, refused ? 2 * refused.waitMs : ASK_AGAIN_MS);
      this.refusals.set(provider, { askAt: now + waitMs, waitMs });
      return;
    }
    this.refusals.delete(provider);
    const warn = (text: string): void => runtime.log.warn(`${this.name} ${provider}: ${text}`);
    const hold = new PartitionHold(lease, this.options.ownership, now, warn);
    const worker = this.work(runtime, discovery, provider, hold, warn);
    this.workers.set(provider, worker);
    void worker.done.then(() => {
      this.workers.delete(provider);
      if (worker.readTo) discovery.caughtUp(provider, worker.readTo.mark, worker.readTo.streamSeq);
      this.wakeUp.notify();
    });
  }

  private work(
    runtime: SourceRuntime,
    discovery: PartitionDiscovery,
    provider: ProviderId,
    hold: PartitionHold,
    warn: (text: string) => void,
  ): PartitionWorker {
    const { options } = this;
    const deadLetters = new DeadLetters(runtime.nc, runtime.service);
    return new PartitionWorker({
      provider,
      hold,
      consumer: new PartitionConsumer(
        runtime.nc,
        options.stream,
        options.filterSubject(provider),
        provider,
        options.consumer,
        {
          maxMessages: options.buffer?.maxMessages ?? Math.max(64, 4 * options.batch.maxMessages),
          maxBytes: options.buffer?.maxBytes ?? 4_000_000,
        },
      ),
      batch: options.batch,
      idleReleaseMs: options.idleReleaseMs ?? 2_000,
      poisonAfter:
        options.poisonAfter ?? (options.consumer.kind === 'ordered' ? Number.POSITIVE_INFINITY : 5),
      handle: (messages, context) => runtime.dispatch(options.batchPattern, messages, context),
      park: async (message, kind, reason, context) => {
        await deadLetters.park(message, kind, reason);
        await options.onParked?.(message, reason, context);
        runtime.log.error(`${this.name} ${provider}: parked ${message.type} ${message.messageId}: ${reason}`);
      },
      mark: () => discovery.mark(provider),
      ensureStreams: () => runtime.ensureStreams(),
      warn,
    });
  }
}
